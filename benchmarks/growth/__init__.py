"""How cost grows: each module measures one subject over growing sizes, prints a table and can write JSON."""
