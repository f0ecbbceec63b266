"""How somebody looks at a list: views that they have pinned to the navigation, and the columns that they see."""
