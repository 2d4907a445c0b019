"""`python -m headland` is `headland`."""

from headland.cli import main

if __name__ == "__main__":
    main()
