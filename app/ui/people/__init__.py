"""The people page: the list, the person card, import and export."""
