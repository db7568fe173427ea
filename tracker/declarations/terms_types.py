"""The names that Open Terms Archive gives to kinds of terms.

Source: the keys of `termsTypes.json` in OpenTermsArchive/terms-types at 05b8e98d143d75aaccf4ac2fbfbd31ef68f955bc.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

KNOWN_TERMS_TYPES: Final = (
    "Acceptable Use Policy", "Brand Guidelines", "Business Mediation Policy", "Business Privacy Policy",
    "Closed Captioning Policy", "Commercial Terms", "Community Guidelines", "Complaints Policy",
    "Conditions of Carriage", "Copyright Claims Policy", "Data Controller Agreement", "Data Processor Agreement",
    "Deceased Users", "Developer Terms", "Editorial Policy", "General Conditions of Sale", "Human Rights Policy",
    "Imprint", "In-App Purchases Policy", "Law Enforcement Guidelines", "Live Policy", "Marketplace Buyers Conditions",
    "Marketplace Sellers Conditions", "Platform to Business Notice", "Premium Partner Conditions", "Privacy Policy",
    "Quality Guidelines", "Ranking Parameters Description", "Restricted Use Policy", "Review Guidelines",
    "Seller Warranty", "Service Level Agreement", "Single Sign-On Policy", "Terms of Service", "Trackers Policy",
    "User Consent Policy", "Vulnerability Disclosure Policy",
)  # fmt: skip

_FOLDED: Final = {name.casefold(): name for name in KNOWN_TERMS_TYPES}


def hint_for_terms_type(terms_type: str) -> str | None:
    """Return a sentence about a name that Open Terms Archive does not use, None for one that it does.

    >>> hint_for_terms_type("Privacy policy")
    "'Privacy policy' is not one of Open Terms Archive's names of terms: did you mean 'Privacy Policy'?"
    """
    if terms_type in KNOWN_TERMS_TYPES:
        return None
    near = get_close_matches(terms_type.casefold(), _FOLDED, n=1, cutoff=0.75)
    said = f"{terms_type!r} is not one of Open Terms Archive's names of terms"
    return f"{said}: did you mean {_FOLDED[near[0]]!r}?" if near else f"{said}: its engine would refuse it"
