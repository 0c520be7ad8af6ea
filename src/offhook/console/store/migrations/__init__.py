"""The schema's history: one file a step in `versions`, applied in order by `store.migration`."""
