// Command recon measures 378 against a floor: a bare DuckDB script that only reads, types and joins the same files (load/floor). Each
// figure is a whole process from files on disk to reports on disk. It exits with 1 where a target is missed.
//
//	recon [--large]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"khadamat/load/rig"
)

const (
	perDay    = "15"
	small     = 100_000
	big       = 1_000_000
	large     = 10_000_000
	floorRuns = 3
)

// exactRules ask for what the floor does: the same amount on the same day.
const exactRules = `version: 1
passes:
  - name: same
    kind: exact
    ambiguity: earliest
    fields: [amount, date]
`

// largeRules ask for pairs of the same reference: of the same amount first, then what nearly agrees some days apart.
const largeRules = `version: 1
passes:
  - name: same
    kind: exact
    fields: [reference, amount]
  - name: nearly
    kind: tolerance
    fields: [reference]
    amount: {absolute: 1.00}
    date: {days: [0, 5]}
`

func main() {
	isLarge := flag.Bool("large", false, "10 million rows by 10 million, exact and tolerance, in 4 GB")
	binary := flag.String("binary", "bin/khadamat", "what is measured")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var report rig.Report
	measure := figures
	if *isLarge {
		measure = largeFigures
	}
	folder, err := os.MkdirTemp("", "khadamat-recon-")
	if err == nil {
		err = measure(ctx, &report, *binary, folder)
		_ = os.RemoveAll(folder) // what is left there is in the way of nobody
	}
	report.Print(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "recon:", err)
	}
	if err != nil || report.Missed() {
		os.Exit(1)
	}
}

func figures(ctx context.Context, report *rig.Report, binary, folder string) error {
	floor := filepath.Join(folder, "floor")
	build := exec.CommandContext(ctx, "go", "build", "-o", floor, ".")
	build.Dir = "load/floor"
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("the floor does not build: %w\n%s", err, out)
	}
	rules := filepath.Join(folder, "exact.yaml")
	if err := os.WriteFile(rules, []byte(exactRules), 0o600); err != nil {
		return err
	}
	times := map[int]time.Duration{}
	for _, rows := range []int{small, big} {
		set := filepath.Join(folder, strconv.Itoa(rows))
		if _, err := run(ctx, binary, "recon", "generate", set, "--rows", strconv.Itoa(rows), "--seed", "378", "--per-day", perDay); err != nil {
			return err
		}
		bank, ledger := filepath.Join(set, "bank.csv"), filepath.Join(set, "ledger.csv")
		var floors []time.Duration
		for range floorRuns {
			used, err := run(ctx, floor, bank, ledger, filepath.Join(set, "pairs.csv"))
			if err != nil {
				return err
			}
			floors = append(floors, used.took)
		}
		bare := rig.Median(floors)
		auto, err := run(ctx, binary, "recon", "run", bank, ledger, "--out", filepath.Join(set, "auto"))
		if err != nil {
			return err
		}
		exact, err := run(ctx, binary, "recon", "run", bank, ledger, "--rules", rules, "--out", filepath.Join(set, "exact"))
		if err != nil {
			return err
		}
		times[rows] = auto.took
		name := fmt.Sprintf("%d ledger entries", rows)
		report.Note(name+", floor: DuckDB reads, types, joins", seconds(bare))
		if rows != big {
			report.Note(name+", no rules", auto.String())
			report.Note(name+", a ruleset of one exact pass", exact.String())
			continue
		}
		report.Figure(name+", no rules", auto.String(), "25 s, 2 GB", auto.took < 25*time.Second && auto.peak < 2<<30)
		ratio := auto.took.Seconds() / bare.Seconds()
		report.Figure(name+", no rules, of the floor", fmt.Sprintf("%.1f times", ratio), "2.5 times", ratio <= 2.5)
		ratio = exact.took.Seconds() / bare.Seconds()
		report.Figure(name+", a ruleset of one exact pass, of the floor", fmt.Sprintf("%.1f times, %s", ratio, exact), "2.5 times", ratio <= 2.5)
	}
	growth := times[big].Seconds() / times[small].Seconds()
	report.Figure("1,000,000 entries to 100,000, no rules", fmt.Sprintf("%.1f times", growth), "12 times", growth <= 12)
	return nil
}

func largeFigures(ctx context.Context, report *rig.Report, binary, folder string) error {
	left, right, err := writeLarge(folder, large)
	if err != nil {
		return err
	}
	rules := filepath.Join(folder, "rules.yaml")
	if err := os.WriteFile(rules, []byte(largeRules), 0o600); err != nil {
		return err
	}
	used, err := run(ctx, binary, "recon", "run", left, right, "--rules", rules, "--memory", "4GB", "--out", filepath.Join(folder, "out"))
	if err != nil {
		return err
	}
	report.Figure("10,000,000 by 10,000,000, exact and tolerance", used.String(), "4 GB", used.peak < 4<<30)
	return nil
}

// usage is what a process took.
type usage struct {
	took time.Duration
	peak int64 // bytes of memory, the most that it or one of its children held
}

func (u usage) String() string { return fmt.Sprintf("%s, %d MB", seconds(u.took), u.peak>>20) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func run(ctx context.Context, name string, args ...string) (usage, error) {
	command := exec.CommandContext(ctx, name, args...)
	started := time.Now()
	out, err := command.CombinedOutput()
	u := usage{took: time.Since(started)}
	if err != nil {
		return u, fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, out)
	}
	used, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return u, errors.New("the system does not tell what a process used")
	}
	u.peak = used.Maxrss << 10
	return u, nil
}
