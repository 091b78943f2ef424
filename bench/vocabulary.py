"""Our semantic types in the neutral words of labelled data: the id's last part, unless it is called otherwise there."""

from __future__ import annotations

CALLED = {
    "person.salary": "money",
    "contact.fax": "phone",
    "location.subdivision": "state",
    "government.ein": "tax_id",
    "health.npi": "medical_id",
    "health.insurance_number": "medical_id",
    "person.birth_year": "year",
}
UNNAMED = frozenset(
    "name_unspecified name_suffix initials age_range date_of_death political_opinion sexual_orientation "
    "union_membership criminal_record education immigration_status disability social_handle house_number geometry "
    "geohash us_county_fips card_last4 sort_code interest_rate lei icd10 loinc ndc cpt condition body_measure "
    "biometric cidr device_id http_status http_method secret doi orcid sku hs_code tracking_number ticket "
    "flight_number imo duns department year_month day_of_month hour week duration xml_text hex cron log_level "
    "rgb_color charset arn sql status type rating credit_score size priority count measure temperature".split()
)
"""The last parts of our types that labelled data have no word for."""


def label(semantic_type: str | None) -> str | None:
    """The neutral word for a semantic type, None where there is none."""
    if semantic_type is None:
        return None
    if semantic_type in CALLED:
        return CALLED[semantic_type]
    name = semantic_type.rpartition(".")[2]
    return None if name in UNNAMED else name


def data_type(name: str) -> str:
    """The neutral word for a data type: of a mixed field the one that holds all its values, of an array just that."""
    kinds = {kind.partition("[")[0] for kind in name.split(" | ")}
    if len(kinds) > 1:
        wide = (kind for kind in ("string", "timestamp", "float", "decimal") if kind in kinds)
        return next(wide, name.partition(" | ")[0])
    return kinds.pop()
