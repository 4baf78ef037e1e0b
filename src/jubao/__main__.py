"""``python -m jubao`` is the command ``jubao``."""

from jubao.cli import main

if __name__ == "__main__":
    main()
