package frame

import (
	"context"

	"khadamat/internal/recon/phrase"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/ui"
)

// Waiting are the statuses of items that wait for a person.
var Waiting = []workspace.Status{workspace.StatusOpen, workspace.StatusSuggested, workspace.StatusBreak, workspace.StatusPending, workspace.StatusEscalated}

// WaitingIn is how many items wait for somebody.
func WaitingIn(counts map[workspace.Status]int) int {
	sum := 0
	for _, status := range Waiting {
		sum += counts[status]
	}
	return sum
}

// PassName is what people call a pass.
func PassName(ctx context.Context, pass string) string {
	return phrase.Pass(ui.From(ctx).Language, pass)
}
