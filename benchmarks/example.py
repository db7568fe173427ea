"""An invented clause that changes as a real one did, for the documentation; what each contender makes of it.

The real one is other people's text and stays out of this repository: its figures alone are printed there.
"""

from __future__ import annotations

from typing import Final

#: A court order becomes any valid order, one kind of suspect any suspect; a step is added, an assurance goes, a report
#: comes twice as often.
OLD: Final = (
    "Courier opens its loft book to the town guard where a court order names the sender as a smuggling suspect, and "
    "then shows the name of the sender and the tower of departure. To this day nobody has asked. Should it happen, we "
    "will put it into a semiannual notice on the tower door: https://courier.test/notices. The notice never carries a "
    "name."
)
NEW: Final = (
    "Courier opens its loft book to the town guard where a valid order of a judicial authority names the sender as a "
    "suspect in any criminal case, has its own clerks read that order first, and then shows the name of the sender and "
    "the tower of departure. If the book was opened, we will put every case into a quarterly notice on the tower door: "
    "https://courier.test/notices. The notice never carries a name."
)
