package recon

import "strings"

// line is one line of a comparison of two texts.
type line struct {
	Text     string
	Old, New int // its number in the text before and after; 0: it is not there
}

// Kind is what became of the line: "same", "gone" or "new".
func (l line) Kind() string {
	switch {
	case l.New == 0:
		return "gone"
	case l.Old == 0:
		return "new"
	}
	return "same"
}

// mostCompared bounds the table that a comparison fills: longer texts are shown as wholly changed.
const mostCompared = 4000

// compare lists the lines of two texts, those that both have once, by a longest common subsequence.
func compare(before, after string) []line {
	a, b := strings.Split(strings.TrimRight(before, "\n"), "\n"), strings.Split(strings.TrimRight(after, "\n"), "\n")
	if len(a) > mostCompared || len(b) > mostCompared {
		return changed(nil, a, b, 0, 0)
	}
	// longest[i][j] is how many lines a[i:] and b[j:] have in common.
	longest := make([][]int32, len(a)+1)
	for i := range longest {
		longest[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var lines []line
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			lines = append(lines, line{a[i], i + 1, j + 1})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			lines = append(lines, line{a[i], i + 1, 0})
			i++
		default:
			lines = append(lines, line{b[j], 0, j + 1})
			j++
		}
	}
	return changed(lines, a[i:], b[j:], i, j)
}

// changed adds lines that went and lines that came.
func changed(lines []line, gone, come []string, i, j int) []line {
	for n, text := range gone {
		lines = append(lines, line{text, i + n + 1, 0})
	}
	for n, text := range come {
		lines = append(lines, line{text, 0, j + n + 1})
	}
	return lines
}
