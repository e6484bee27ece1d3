package queue

import (
	"context"
	"math"
	"strconv"

	"khadamat/internal/recon/phrase"
	"khadamat/internal/recon/result"
	"khadamat/internal/web/ui"
)

// step is one line of the waterfall: what was found, and a bar from where the belief stood before it to where it stands after it. Lengths
// are of a hundred.
type step struct {
	Label, Finding, Words string
	X, Width              string
	From                  string // where the line before ended
	Kind                  string // "up", "down", "prior"
}

// waterfall is the picture of why a match is believed: bits of evidence (Fellegi and Sunter), added up one after the other.
type waterfall struct {
	Steps []step
	Zero  string // where even odds are
	End   string // where the belief ends
}

// utmost stands for evidence beyond all doubt, which would not fit a picture.
const utmost = 20.0

// waterfallOf draws the parts of a match.
func waterfallOf(ctx context.Context, parts []result.Part) waterfall {
	least, most, sum := 0.0, 0.0, 0.0
	for _, part := range parts {
		sum += finite(part.Weight)
		least, most = min(least, sum), max(most, sum)
	}
	room := max(most-least, 1)
	at := func(value float64) float64 { return (value - least) / room * 100 }
	picture := waterfall{Zero: length(at(0)), End: length(at(sum))}
	language, before := ui.From(ctx).Language, 0.0
	for i, part := range parts {
		after := before + finite(part.Weight)
		s := step{Label: phrase.Field(language, part.Field), Finding: phrase.Finding(language, part.Finding), Words: bits(ctx, part.Weight), From: length(at(before)), Kind: "up"}
		s.X, s.Width = length(at(min(before, after))), length(max(math.Abs(at(after)-at(before)), 0.6))
		switch {
		case i == 0 && (part.Field == "prior" || part.Field == ""):
			s.Kind, s.Label, s.Finding = "prior", ui.T(ctx, "recon_queue.evidence.prior"), ui.T(ctx, "recon_queue.evidence.prior_note")
		case part.Weight < 0:
			s.Kind = "down"
		}
		picture.Steps = append(picture.Steps, s)
		before = after
	}
	return picture
}

func finite(weight float64) float64 {
	if math.IsNaN(weight) {
		return 0
	}
	return max(-utmost, min(utmost, weight))
}

// length writes a length with two decimals at most.
func length(value float64) string {
	return strconv.FormatFloat(math.Round(value*100)/100, 'f', -1, 64)
}
