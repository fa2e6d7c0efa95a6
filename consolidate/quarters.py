"""Quarters and financial years.

Inside the planner a quarter is a plain ``int``: the number of quarters since the
start of the horizon, so the horizon is ``0 … T-1`` and the past is negative. A
:class:`Calendar` turns labels and dates into such numbers and back. It is the only
place that knows when a financial year starts.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

_YEAR = re.compile(r"(\d{4})/(\d{2})")
_QUARTER = re.compile(r"(\d{4}/\d{2}) +Q([1-4])")
_HALF_QUARTER = re.compile(r"(\d{4})[ -]*[Qq]([1-4])")
"""A quarter of a year that may be the calendar's or the financial one."""
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def parse_year(text: str) -> int:
    """The first calendar year of a financial year.

    >>> parse_year("2016/17"), parse_year("1999/00")
    (2016, 1999)

    Raises:
        ValueError: when ``text`` is not a financial year, with what would be right.
    """
    match = _YEAR.fullmatch(text)
    if match is None:
        raise ValueError("write a financial year as 2016/17")
    year = int(match[1])
    if not 1900 <= year <= 2999:
        raise ValueError("write a financial year between 1900/01 and 2999/00")
    if int(match[2]) != (year + 1) % 100:
        raise ValueError(f"the year after {year} is {(year + 1) % 100:02d}: write {year_label(year)}")
    return year


def year_label(year: int) -> str:
    """The financial year that begins in the calendar year ``year``.

    >>> year_label(2016), year_label(1999)
    ('2016/17', '1999/00')
    """
    return f"{year:04d}/{(year + 1) % 100:02d}"


def parse_date(text: str) -> dt.date:
    """An ISO date.

    Raises:
        ValueError: when ``text`` is not a date, or no day of the calendar.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("write a date as 2018-03-31")
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError("there is no such day; write a date as 2018-03-31") from None


def months(date: dt.date) -> int:
    """Months since the year 0, so that adding whole months is adding numbers."""
    return date.year * 12 + date.month - 1


@dataclass(frozen=True)
class Calendar:
    """Numbers quarters from the start of the horizon.

    Attributes:
        origin: ordinal of the horizon's first quarter: 4 x financial year + quarter (0 to 3).
        starts: month in which a financial year starts, 1 to 12.
    """

    origin: int = 0
    starts: int = 4

    def quarter(self, text: str) -> int:
        """The number of the quarter that ``text`` names, or that holds the ISO date.

        >>> Calendar(4 * 2016).quarter("2017/18 Q2"), Calendar(4 * 2016).quarter("2016-03-31")
        (5, -1)

        Raises:
            ValueError: when ``text`` is neither, with what would be right.
        """
        match = _QUARTER.fullmatch(text)
        if match is not None:
            return 4 * parse_year(match[1]) + int(match[2]) - 1 - self.origin
        if _DATE.fullmatch(text):
            return self.of_month(months(parse_date(text)))
        if (half := _HALF_QUARTER.fullmatch(text)) is not None:
            label = f"{year_label(int(half[1]))} Q{half[2]}"
            raise ValueError(f"a quarter belongs to a financial year; write {label}")
        raise ValueError("write a quarter as 2016/17 Q1, or a date as 2018-03-31")

    def of_month(self, month: int) -> int:
        """The quarter that holds a month, counted as :func:`months` does.

        >>> Calendar(4 * 2016).of_month(2018 * 12 + 2)
        7
        """
        return (month - (self.starts - 1)) // 3 - self.origin

    def last_month(self, quarter: int) -> int:
        """The last month of a quarter, counted as :func:`months` does.

        >>> Calendar(4 * 2016).last_month(7) == 2018 * 12 + 2
        True
        """
        return (quarter + self.origin) * 3 + self.starts - 1 + 2

    def first_day(self, quarter: int) -> dt.date:
        """The first day of a quarter.

        >>> Calendar(4 * 2016).first_day(3)
        datetime.date(2017, 1, 1)
        """
        month = self.last_month(quarter) - 2
        return dt.date(month // 12, month % 12 + 1, 1)

    def last_day(self, quarter: int) -> dt.date:
        """The last day of a quarter.

        >>> Calendar(4 * 2016).last_day(3)
        datetime.date(2017, 3, 31)
        """
        year, month = divmod(self.last_month(quarter), 12)
        return dt.date(year, month + 1, monthrange(year, month + 1)[1])

    def label(self, quarter: int) -> str:
        """The label of a quarter.

        >>> Calendar(4 * 2016).label(5)
        '2017/18 Q2'
        """
        year, index = divmod(quarter + self.origin, 4)
        return f"{year_label(year)} Q{index + 1}"

    def year(self, quarter: int) -> int:
        """The first calendar year of the financial year that holds ``quarter``."""
        return (quarter + self.origin) // 4

    def year_label(self, quarter: int) -> str:
        """The label of the financial year that holds ``quarter``.

        >>> Calendar(4 * 2016).year_label(5)
        '2017/18'
        """
        return year_label(self.year(quarter))

    def first_of_year(self, year: int) -> int:
        """The number of the first quarter of the financial year beginning in ``year``."""
        return 4 * year - self.origin

    def index_in_year(self, quarter: int) -> int:
        """Which quarter of its financial year it is: 0 for Q1 to 3 for Q4."""
        return (quarter + self.origin) % 4
