"""Lists as files, for a spreadsheet: as they are filtered, whole."""
