"""The entry point. Interruption is handled first; then the rest is imported."""

from __future__ import annotations

from consolidate.cli import interruption


def main() -> None:
    """Runs the command line."""
    interruption.give_up_at_once()
    from consolidate.cli.app import main as run  # here: to import all that it needs takes half a second

    try:
        interruption.stop_in_order()
        run()
    except KeyboardInterrupt:  # just before it began or after it ended
        interruption.give_up()
    finally:
        interruption.ignore()


if __name__ == "__main__":
    main()
