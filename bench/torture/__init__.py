"""The torture evaluation: what folders of hostile files state, and what ddgen makes of them."""
