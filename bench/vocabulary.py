"""Our semantic types in the neutral words of labelled data: the id's last part, unless it is called otherwise there."""

from __future__ import annotations

CALLED = {
    "person.birth_date": "date_of_birth",
    "person.title": "honorific",
    "person.ethnicity": "race",
    "contact.phone_formatted": "phone",
    "contact.fax": "phone",
    "geo.street_address_values": "street_address",
    "geo.us_zip": "postal_code",
    "geo.uk_postcode": "postal_code",
    "geo.ca_postal": "postal_code",
    "geo.country": "country_name",
    "geo.country_alpha2": "country_code_alpha2",
    "geo.country_alpha3": "country_code_alpha3",
    "geo.country_numeric": "country_code_numeric",
    "geo.us_state": "state_code",
    "geo.us_state_name": "state",
    "geo.subdivision": "state",
    "geo.region": "state",
    "geo.coordinate_pair": "lat_long_pair",
    "gov.us_ssn": "ssn",
    "gov.us_ssn_plain": "ssn",
    "gov.us_itin": "tax_id",
    "gov.us_ein": "tax_id",
    "gov.us_npi": "medical_id",
    "gov.vat": "vat_id",
    "health.mrn": "medical_id",
    "health.insurance_id": "medical_id",
    "fin.credit_card_type": "card_provider",
    "fin.us_routing": "aba_routing",
    "fin.ticker": "stock_ticker",
    "fin.crypto_address": "btc_address",
    "money.amount": "money",
    "web.mac": "mac_address",
    "org.industry_code": "naics",
    "time.quarter": "quarter",
    "time.month": "month_name",
    "time.weekday": "day_of_week",
    "time.epoch_s": "epoch_seconds",
    "time.date_int": "date",
    "lang.iso639_1": "language_code",
    "lang.bcp47": "locale",
    "lang.name": "language_name",
    "cat.color": "color_name",
    "num.percent": "percentage",
    "tech.version": "semver",
    "tech.json": "json_text",
    "tech.mime": "mime_type",
    "file.path": "file_path",
    "file.name": "filename",
}
SILENT = frozenset({"id", "cat", "num", "flag"})
"""Groups whose types labelled data mostly call nothing; those that they name stand above or below."""

SPOKEN = frozenset({"id.uuid", "id.hash", "flag.boolean"})


def label(semantic_type: str | None) -> str | None:
    """The neutral word for a semantic type, None where there is none."""
    if semantic_type is None:
        return None
    if semantic_type in CALLED:
        return CALLED[semantic_type]
    group, _, name = semantic_type.partition(".")
    return None if group in SILENT and semantic_type not in SPOKEN else name


def data_type(name: str) -> str:
    """The neutral word for a data type: of a mixed field the one that holds all its values, of an array just that."""
    kinds = {kind.partition("[")[0] for kind in name.split(" | ")}
    if len(kinds) > 1:
        wide = (kind for kind in ("string", "timestamp", "float", "decimal") if kind in kinds)
        return next(wide, name.partition(" | ")[0])
    return kinds.pop()
