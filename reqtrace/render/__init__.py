"""From frozen traces to rows of cells: words, symbols, colours and pictures, without any screen."""
