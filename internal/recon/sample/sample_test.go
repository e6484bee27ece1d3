package sample_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"khadamat/internal/recon/sample"
)

func TestSetOfEverySizeHoldsItsRules(t *testing.T) {
	for rows := range 40 {
		for _, perDay := range []int{0, 1, 7} {
			check(t, sample.Options{Rows: rows + 1, Seed: uint64(rows * 3), PerDay: perDay})
		}
	}
	check(t, sample.Options{Rows: 3000, Seed: math.MaxUint64, PerDay: 3000})
	check(t, sample.Options{Rows: 3000, Seed: 5, PerDay: math.MaxInt})
}

func TestProportions(t *testing.T) {
	bank, ledger, all := check(t, sample.Options{Rows: 40_000, Seed: 1})
	entries, groups := map[sample.Kind]int{}, map[sample.Kind]int{}
	bankOffsets, quoted, named := 0, 0, 0
	sizes := map[int]int{}
	for _, m := range all {
		entries[sample.Kind(m.kind)] += len(m.right)
		groups[sample.Kind(m.kind)]++
		switch sample.Kind(m.kind) {
		case sample.Offset:
			bankOffsets += len(m.left) / 2
		case sample.Batch:
			sizes[len(m.right)]++
		case sample.OneToOne:
			if document := m.right[0].other; document != "" && strings.Contains(m.left[0].text, document) {
				quoted++
			}
			for _, word := range strings.Fields(strings.ToUpper(m.right[0].text)) {
				if len(word) > 3 && strings.Contains(m.left[0].text, word) {
					named++
					break
				}
			}
		}
	}
	for _, c := range []struct {
		what            string
		part, whole     int
		atLeast, atMost float64
	}{
		{"entries one to one", entries[sample.OneToOne], len(ledger), 0.57, 0.63},
		{"entries in batches", entries[sample.Batch], len(ledger), 0.17, 0.25},
		{"entries split", entries[sample.Split], len(ledger), 0.03, 0.07},
		{"entries with another amount", entries[sample.Mismatch], len(ledger), 0.03, 0.05},
		{"entries cancelled", entries[sample.Offset], len(ledger), 0.02, 0.05},
		{"entries without a line", len(ledger) - entries[sample.OneToOne] - entries[sample.Batch] - entries[sample.Split] - entries[sample.Mismatch] -
			entries[sample.Offset], len(ledger), 0.03, 0.08},
		{"returned payments", bankOffsets, len(bank), 0.001, 0.01},
		{"documents quoted whole", quoted, groups[sample.OneToOne], 0.2, 0.6},
		{"parties named", named, groups[sample.OneToOne], 0.4, 0.9},
	} {
		if share := float64(c.part) / float64(c.whole); share < c.atLeast || share > c.atMost {
			t.Errorf("%s: %.3f, want from %.3f to %.3f", c.what, share, c.atLeast, c.atMost)
		}
	}
	for size := 2; size <= 8; size++ {
		if sizes[size] == 0 {
			t.Errorf("no batch of %d entries", size)
		}
	}
}

func digits(minor int64) string {
	text := []byte(strconv.FormatInt(minor, 10))
	slices.Sort(text)
	return string(text)
}

func TestMismatchesHaveTheirCauses(t *testing.T) {
	_, _, all := check(t, sample.Options{Rows: 20_000, Seed: 4})
	causes := map[string]int{}
	for _, m := range all {
		if m.kind != string(sample.Mismatch) {
			continue
		}
		bank, ledger := m.left[0].minor, m.right[0].minor
		switch difference := ledger - bank; {
		case digits(bank) == digits(ledger):
			causes["swapped digits"]++
		case bank%100 == 0 && difference > -100 && difference < 100:
			causes["rounding"]++
		case difference >= 220 && difference <= 3300 && difference%55 == 0: // the bank's fees are multiples of 0.55
			causes["fee"]++
		default:
			t.Errorf("%+v of the bank, %+v of the ledger: no cause", m.left[0], m.right[0])
		}
	}
	for _, cause := range []string{"swapped digits", "rounding", "fee"} {
		if causes[cause] < 80 {
			t.Errorf("%s: %d times", cause, causes[cause])
		}
	}
}

// A payer's name stands in labels whole, turned round, clipped, and not at all; the document likewise.
func TestLabelsTellMoreOrLess(t *testing.T) {
	_, _, all := check(t, sample.Options{Rows: 20_000, Seed: 6})
	forms := map[string]int{}
	for _, m := range all {
		if m.kind != string(sample.OneToOne) {
			continue
		}
		given, family, two := strings.Cut(m.right[0].party, " ")
		label := m.left[0].text
		if !two || strings.Contains(family, " ") || !strings.HasPrefix(label, "VIR RECU DE") {
			continue
		}
		given, family = strings.ToUpper(given), strings.ToUpper(family)
		switch {
		case strings.Contains(label, given+" "+family):
			forms["whole"]++
		case strings.Contains(label, family+" "+given):
			forms["turned"]++
		case strings.Contains(label, " "+given[:1]+" "+family):
			forms["initial"]++
		case !strings.Contains(label, given[:3]) && !strings.Contains(label, family[:3]):
			forms["nobody"]++
		case !strings.Contains(label, family):
			forms["clipped"]++
		}
		switch document := m.right[0].other; {
		case !strings.HasPrefix(document, "FA-"):
		case strings.Contains(label, document):
			forms["document whole"]++
		case strings.Contains(label, strings.ReplaceAll(document, "-", "")):
			forms["document bare"]++
		case strings.Contains(label, document[:8]):
			forms["document cut"]++
		case !strings.ContainsAny(label, "0123456789"):
			forms["no document"]++
		}
	}
	for _, form := range []string{"whole", "turned", "initial", "nobody", "clipped", "document whole", "document bare", "document cut", "no document"} {
		if forms[form] < 10 {
			t.Errorf("%s: %d times of %v", form, forms[form], forms)
		}
	}
}

func TestBankFileIsABanks(t *testing.T) {
	folder, _ := write(t, sample.Options{Rows: 5000, Seed: 2})
	data := content(t, folder, sample.BankFile)
	text, marked := strings.CutPrefix(string(data), "\ufeff")
	if !marked {
		t.Error("no byte order mark")
	}
	lines := strings.Split(text, "\r\n")
	if lines[3] != "Date opération;Date valeur;Libellé;Référence;Débit;Crédit" {
		t.Errorf("after three lines of preamble comes %q", lines[3])
	}
	thin := false
	for i, line := range lines[4 : len(lines)-1] {
		fields := strings.Split(line, ";")
		if len(fields) != 6 {
			t.Fatalf("row %d has %d fields: %s", i+1, len(fields), line)
		}
		for _, amount := range fields[4:] {
			thin = thin || strings.Count(amount, "\u202f") == 1
			whole, _, _ := strings.Cut(amount, ",")
			for i, group := range strings.Split(whole, "\u202f") {
				if len(group) > 3 || i > 0 && len(group) != 3 {
					t.Fatalf("amount %q", amount)
				}
			}
		}
		if label := fields[2]; label == "" || len(label) > 48 || label != strings.TrimSpace(strings.ToUpper(label)) || strings.Contains(label, "  ") ||
			strings.ContainsFunc(label, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("label %q", label)
		}
		if value, booked := day(t, "02/01/2006", fields[1]), day(t, "02/01/2006", fields[0]); value.Before(booked) || workdays(booked, value) > 1 {
			t.Fatalf("booked on %s, value of %s", fields[0], fields[1])
		}
	}
	if !thin {
		t.Error("no amount with a thousands separator")
	}
}

func sums(t testing.TB, o sample.Options) (sums [3][sha256.Size]byte) {
	t.Helper()
	folder, _ := write(t, o)
	for i, name := range []string{sample.BankFile, sample.LedgerFile, sample.TruthFile} {
		sums[i] = sha256.Sum256(content(t, folder, name))
	}
	return sums
}

func TestSameOptionsGiveTheSameBytes(t *testing.T) {
	o := sample.Options{Rows: 20_000, Seed: 7}
	first, again := sums(t, o), sums(t, o)
	if first != again {
		t.Error("two runs differ")
	}
	o.Seed++
	other := sums(t, o)
	for i := range first {
		if first[i] == other[i] {
			t.Errorf("file %d is the same for another seed", i)
		}
	}
}

func TestOptionsThatCannotBeAreRefused(t *testing.T) {
	for _, c := range []struct {
		o    sample.Options
		says string
	}{
		{sample.Options{Rows: 0}, "0 rows"},
		{sample.Options{Rows: -1}, "-1 rows"},
		{sample.Options{Rows: 5, PerDay: -2}, "-2 rows per day"},
		{sample.Options{Rows: 1_000_000, PerDay: 5}, "centuries"},
	} {
		folder := filepath.Join(t.TempDir(), "set")
		if _, err := sample.Write(t.Context(), folder, c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want it to say %q", c.o, err, c.says)
		}
		if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%+v: the folder was made: %v", c.o, err)
		}
	}
}

func TestCancelledSampleLeavesWhatWasThere(t *testing.T) {
	folder, _ := write(t, sample.Options{Rows: 100, Seed: 1})
	before := content(t, folder, sample.BankFile)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sample.Write(ctx, folder, sample.Options{Rows: 100, Seed: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if !bytes.Equal(before, content(t, folder, sample.BankFile)) {
		t.Error("the file was replaced")
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 3 {
		t.Errorf("%v %v", files, err)
	}
}

func TestFolderThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sample.Write(t.Context(), filepath.Join(file, "set"), sample.Options{Rows: 1}); err == nil {
		t.Error("no error")
	}
}

func TestFileThatCannotBeMadeLeavesNothing(t *testing.T) {
	for _, name := range []string{sample.TruthFile + ".part", sample.BankFile} {
		folder := t.TempDir()
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := sample.Write(t.Context(), folder, sample.Options{Rows: 1}); err == nil {
			t.Errorf("no error where %s is a folder", name)
		}
		if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
			t.Errorf("where %s is a folder stay %v %v", name, files, err)
		}
	}
}

// allocated is how many bytes a sample takes from the heap in all, given back or not.
func allocated(t *testing.T, o sample.Options) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	write(t, o)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestMemoryDoesNotGrowWithTheRows(t *testing.T) {
	small, large := allocated(t, sample.Options{Rows: 30_000, Seed: 3, PerDay: 1000}), allocated(t, sample.Options{Rows: 300_000, Seed: 3, PerDay: 1000})
	if large > small+small/2 {
		t.Errorf("300,000 rows take %d bytes, 30,000 take %d", large, small)
	}
}

func BenchmarkWrite(b *testing.B) {
	const rows = 300_000
	folder := b.TempDir()
	for b.Loop() {
		if _, err := sample.Write(b.Context(), folder, sample.Options{Rows: rows, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
