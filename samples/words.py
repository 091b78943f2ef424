"""The invented words that the sample shop is made of. Domains and telephone numbers are reserved ones."""

from __future__ import annotations

FIRST_NAMES = (
    "Ada Amina Ben Carla Chidi Dana Élodie Emre Farah George Hana Ines Ivan Jürgen Kaito Lena Luis Maya Nils Noor "
    "Olga Omar Paula Quentin Rosa Samir Søren Tara Uma Victor Wanda Xin Yusuf Zoë"
).split()
LAST_NAMES = (
    "Abbott Almeida Baker Çelik Dubois Eriksen Fischer García Haas Ibrahim Jansen Kowalski Lindqvist Müller Nakamura "
    "Null O'Brien Okafor Patel Quinn Rossi Šimić Tanaka Usman Van-der-Berg Weiß Xu Young Zimmermann"
).split()
STREETS = ["Mill Lane", "High Street", "Station Road", "Harbour Walk", "Oak Avenue", "Church Hill", "Königsallee"]

CITIES = (
    ("US", "Springfield", "0{:04d}", "USD"),
    ("US", "Fairview", "9{:04d}", "USD"),
    ("DE", "Neustadt", "0{:04d}", "EUR"),
    ("DE", "Königswinter", "5{:04d}", "EUR"),
    ("FR", "Villeneuve", "0{:04d}", "EUR"),
    ("NA", "Swakopmund", "1{:04d}", "NAD"),
    ("GB", "Ashford", "TN2{:d} 4AB", "GBP"),
    ("NL", "Nieuwdorp", "4{:03d} AB", "EUR"),
)
"""Country, city, form of its postal code, currency."""

PRICE_COUNTRIES = ("AT AU BE CA CH CZ DE DK ES FI FR GB GR HU IE IT JP LU NA NL NO NZ PL PT RO SE SI SK US ZA").split()

CATEGORIES = (
    (1, None, "Kitchen"),
    (2, None, "Garden"),
    (3, None, "Office"),
    (4, 1, "Pots & pans"),
    (5, 1, "Knives"),
    (6, 4, "Cast iron"),
    (7, 2, "Seeds"),
    (8, 2, "Hand tools"),
    (9, 3, "Paper"),
    (10, 3, "Pens, ink"),
    (11, 8, "Secateurs"),
)
"""Number, parent, name."""

SUPPLIERS = ("Northwind Goods", "Brücke & Söhne GmbH", "Acme Ltd.", "Oliveira Irmãos", "Kestrel Supply", "Blue Barn")
WAREHOUSES = (
    ("WH-01", "Rotterdam", "NL", 51.9496, 4.1453),
    ("WH-02", "Leipzig", "DE", 51.3397, 12.3731),
    ("WH-03", "Walvis Bay", "NA", -22.9576, 14.5053),
    ("WH-04", "Newark", "US", 40.7357, -74.1724),
)
"""Code, city, country, latitude, longitude."""

ADJECTIVES = ["Small", "Large", "Classic", "Folding", "Enamelled", "Recycled", "Blue", "Heavy-duty"]
NOUNS = ["Skillet", "Paring Knife", "Tomato Seeds", "Trowel", "Notebook", "Fountain Pen", "Stockpot", "Pruner"]
STATUSES = ["delivered"] * 12 + ["shipped"] * 4 + ["open"] * 2 + ["cancelled", "returned"]
TAGS = ["gift", "b2b", "express", "fragile", "repeat customer", "größe:XL"]
PAGES = ["/", "/search", "/cart", "/checkout", "/help/returns"]
SEARCHES = ["Töpfe", "crème brûlée", "Messer €20", "seeds; organic", "straße", "pen “fine”", "notebook"]
NOTES = (
    "Prefers delivery on Fridays, after 5 pm",
    'Called about a refund.\nSaid: "never again", then ordered twice',
    "VIP",
    "Moved house; old address on file,\nnew one to follow",
    "Allergic to wool",
    '=HYPERLINK("http://example.com","click")',
)
