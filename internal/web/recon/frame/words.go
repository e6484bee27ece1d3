package frame

import (
	"context"

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

var passKeys = map[string]string{
	"exact": "recon_report.pass.exact", "tolerance": "recon_report.pass.tolerance", "group": "recon_report.pass.group", "sum": "recon_report.pass.sum",
	"offset": "recon_report.pass.offset", "near": "recon_report.pass.near", "scored": "recon_report.pass.scored", "settled": "recon_report.pass.settled",
	"manual": "recon_queue.pass.manual",
}

// PassName is what people call a pass: those that the house names are translated, others have the name that their ruleset gives them.
func PassName(ctx context.Context, pass string) string {
	if key := passKeys[pass]; key != "" {
		return ui.T(ctx, key)
	}
	return pass
}
