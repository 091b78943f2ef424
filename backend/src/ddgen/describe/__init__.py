"""Descriptions: business names and texts for tables and fields; rules always, a model where wanted."""
