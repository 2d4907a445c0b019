"""What a person sees: Folium pages that open with no network."""
