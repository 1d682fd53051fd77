"""Plans upgrades of clusters: minor by minor, what blocks, what is written, what is good to know."""
