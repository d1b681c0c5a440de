package canaryfile

import (
	"strconv"
	"strings"
	"unicode"
)

// window is how much of a long line an excerpt shows, in characters.
const window = 100

// excerpt shows a line and carets under width characters from column (from 1).
// What a terminal would act on is replaced, so a file can't paint the screen. A
// line with nothing on it has no excerpt.
func excerpt(line string, number, column, width int) string {
	text := []rune(strings.TrimRight(line, " \t"))
	if len(text) == 0 {
		return ""
	}
	column = min(max(column, 1), len(text)+1)
	width = max(1, min(width, len(text)-column+1))
	text, column = cut(text, column)
	width = max(1, min(width, len(text)-column+1))
	gutter := strconv.Itoa(number)
	return "  " + gutter + " | " + printable(text) + "\n  " +
		strings.Repeat(" ", len(gutter)) + " | " + strings.Repeat(" ", column-1) + strings.Repeat("^", width)
}

// cut keeps the window around column, and says where column is then.
func cut(text []rune, column int) ([]rune, int) {
	if len(text) <= window {
		return text, column
	}
	from := max(0, min(column-1-window/2, len(text)-window))
	kept := append([]rune(nil), text[from:from+window]...)
	if from > 0 {
		kept[0] = '…'
	}
	if from+window < len(text) {
		kept[window-1] = '…'
	}
	return kept, column - from
}

func printable(text []rune) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' ' // one column, so that the caret stays under its value
		case unicode.IsPrint(r):
			return r
		default:
			return unicode.ReplacementChar
		}
	}, string(text))
}

// quote shows a value of the file in a sentence.
func quote(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}
