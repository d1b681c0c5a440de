package canaryfile

// nearest is the known word that got was probably meant to be: at most two
// edits away, and fewer than half its letters.
func nearest(got string, known []string) (string, bool) {
	best, found := 3, ""
	for _, word := range known {
		if n := distance([]rune(got), []rune(word)); n < best && 2*n < len(word) {
			best, found = n, word
		}
	}
	return found, found != ""
}

// distance is the number of letters to add, drop or change. Long words are
// nobody's typing error: they are as far as they are long.
func distance(a, b []rune) int {
	const longest = 80
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
