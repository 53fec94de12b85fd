"""Tasks on the table top: what stands there, what is asked, when it is done, how it is done."""
