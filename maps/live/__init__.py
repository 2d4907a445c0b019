"""The live page: a picture kept in memory, the server that shows it, and the page in the browser."""
