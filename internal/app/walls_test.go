package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "khadamat/"

// floors are the rooms of the house from the top down. A package may import what stands on a lower floor; on its own floor only
// what lies below its own folder.
var floors = [][]string{
	{"cmd"},
	{"load"},
	{"internal/app", "internal/web/webtest"}, // webtest wires the services together for tests, as app does for real
	{"internal/web", "internal/api"},
	{"internal/finance/proof"},
	{"internal/finance/payout"},
	{"internal/finance/payment", "internal/market/review", "internal/market/dispute", "internal/market/quote", "internal/market/message", "internal/market/calendar",
		"internal/market/favourite", "internal/market/gallery", "internal/market/verification", "internal/market/statistics"},
	{"internal/market/booking"},
	{"internal/recon", "internal/market/catalog", "internal/finance/ledger"},
	{"internal/notify", "internal/account/cookie", "internal/feature"},
	{"internal/account", "internal/market/schedule", "internal/money"},
	{"internal/texts"},
	{"internal/platform"},
	{"migrations", "docs"},
}

// floorOf returns the number of the floor that a package stands on and its room there.
func floorOf(path string) (floor int, room string) {
	path = strings.TrimPrefix(path, module)
	longest := ""
	at := -1
	for i, rooms := range floors {
		for _, r := range rooms {
			if (path == r || strings.HasPrefix(path, r+"/")) && len(r) > len(longest) {
				at, longest = i, r
			}
		}
	}
	return at, longest
}

// crossings names every import that goes up, sideways, or past a wall.
func crossings(imports map[string][]string) (found []string) {
	for from, all := range imports {
		floor, room := floorOf(from)
		if floor < 0 {
			found = append(found, from+" stands in no room of the house")
			continue
		}
		for _, to := range all {
			if !strings.HasPrefix(to, module) {
				if to == "database/sql" && (room == "internal/web" || room == "internal/api") {
					found = append(found, from+" runs SQL")
				}
				continue
			}
			below, other := floorOf(to)
			if below < floor || (below == floor && room != other) {
				found = append(found, from+" imports "+to)
			}
			if (room == "internal/web" || room == "internal/api") && to == module+"internal/platform/db" {
				found = append(found, from+" runs SQL")
			}
		}
	}
	slices.Sort(found)
	return found
}

func TestTheWallsHold(t *testing.T) {
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	command.Dir = "../.."
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	imports := map[string][]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var listed struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		imports[listed.ImportPath] = listed.Imports
	}
	if len(imports) < 20 {
		t.Fatalf("only %d packages were found", len(imports))
	}
	for _, crossing := range crossings(imports) {
		t.Error(crossing)
	}
}

func TestAPlantedViolationIsFound(t *testing.T) {
	for from, to := range map[string]string{
		"khadamat/internal/platform/db":     "khadamat/internal/account",
		"khadamat/internal/market/catalog":  "khadamat/internal/market/booking",
		"khadamat/internal/account":         "khadamat/internal/market/catalog",
		"khadamat/internal/web/market":      "khadamat/internal/platform/db",
		"khadamat/internal/api":             "khadamat/internal/web",
		"khadamat/internal/market/booking":  "khadamat/internal/app",
		"khadamat/internal/recon/match":     "khadamat/internal/finance/ledger",
		"khadamat/internal/web/provider":    "database/sql",
		"khadamat/internal/somewhere/else":  "fmt",
		"khadamat/internal/market/schedule": "khadamat/internal/money",
	} {
		if len(crossings(map[string][]string{from: {to}})) == 0 {
			t.Errorf("%s importing %s goes unseen", from, to)
		}
	}
	if found := crossings(map[string][]string{"khadamat/internal/market/booking": {"khadamat/internal/market/catalog", "database/sql"}}); len(found) > 0 {
		t.Errorf("an allowed import is refused: %v", found)
	}
}
