"""Where the roadmap of a plan was drawn."""

from __future__ import annotations

from pathlib import Path

from consolidate.errors import Message, Remedy, UserError
from consolidate.vocabulary import listed

_FORMATS = ("svg", "png")


def roadmap_picture(out: str | Path, partner: str | None = None) -> Path:
    """The picture of a roadmap that was drawn into a folder.

    Parameters
    ----------
    out
        The folder with the plan and its pictures.
    partner
        The id of a partner that has a page of its own; None: the roadmap of all.

    Returns
    -------
    Path
        The SVG, or the PNG where there is no SVG.

    Raises
    ------
    UserError
        It was not drawn, or the partner has no page of its own.
    """
    folder = Path(out)
    whole = _picture(folder, "roadmap")
    if whole is None and folder.is_file():
        raise UserError(f"{folder}: is a file; name the folder with the pictures, {folder.parent}")
    if whole is None:
        raise UserError(Message(f"{folder}: no roadmap is drawn there; ", Remedy.DRAW_FIRST))
    if partner is None:
        return whole
    pages = sorted(
        {path.stem.removeprefix("roadmap-") for path in folder.glob("roadmap-*.*") if path.suffix[1:] in _FORMATS}
    )
    page = _picture(folder, f"roadmap-{partner}") if partner in pages else None
    if page is None:
        known = f"those of {listed(pages)} are there" if pages else "the roadmap shows all partners on one page"
        raise UserError(f"{folder}: there is no page of the partner {partner!r}; {known}")
    return page


def _picture(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.{kind}" for kind in _FORMATS)
    return next((path for path in paths if path.is_file()), None)
