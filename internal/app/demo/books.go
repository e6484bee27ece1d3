package demo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/db"

	"golang.org/x/sync/errgroup"
)

// outside is a file that the processor or the bank has sent.
type outside struct {
	kind    proof.TakenKind
	name    string
	content []byte
	taken   time.Time
}

// keepBooks tells what became of the money of all bookings, plants the errors, and stores it all.
func (t *till) keepBooks(ctx context.Context, tx *db.Tx) error {
	t.inOrder()
	v := t.openVault()
	v.payWeekly()
	v.plant()
	v.receive()
	filled, err := v.readFiles()
	if err != nil {
		return err
	}
	v.book(filled)
	var beside errgroup.Group // files wait for the disk, rows mostly for the processor
	beside.Go(func() error { return v.keepFiles(ctx) })
	err = tx.WithoutIndexes(ctx, slices.Concat(ledger.ListIndexes, payment.ListIndexes), func() error { return v.store(ctx, tx, filled) })
	return errors.Join(err, beside.Wait())
}

func (v *vault) store(ctx context.Context, tx *db.Tx, filled []proof.Filled) error {
	if err := payment.Import(ctx, tx, v.payments); err != nil {
		return err
	}
	var lines []sandbox.Line
	for _, day := range v.days() {
		if v.now.Sub(day.In(v.zone)) < remembered {
			lines = append(lines, v.settled[day]...)
		}
	}
	if err := sandbox.Import(ctx, tx, v.charges, lines); err != nil {
		return err
	}
	if err := payout.Import(ctx, tx, v.batches, v.payouts, v.accounts); err != nil {
		return err
	}
	if err := proof.Import(ctx, tx, filled); err != nil {
		return err
	}
	return ledger.Import(ctx, tx, v.posted)
}

// readFiles has the processor and the bank write what they send, settlement files by day and statements by month, and reads them as the house
// would.
func (v *vault) readFiles() (filled []proof.Filled, err error) {
	for _, day := range v.days() {
		var out bytes.Buffer
		batch := sandbox.BatchName(day.String())
		if err := sandbox.WriteSettlement(&out, batch, v.settled[day]); err != nil {
			return nil, err
		}
		v.files = append(v.files, outside{proof.SettlementFile, sandbox.FileName(batch), out.Bytes(), earlier(day.AddDays(1).In(v.zone).Add(30*time.Minute), v.now)})
	}
	for _, s := range v.statements() {
		var out bytes.Buffer
		if err := s.write(&out, v.zone); err != nil {
			return nil, err
		}
		v.files = append(v.files, outside{proof.StatementFile, "releve-" + s.id() + ".camt053.xml", out.Bytes(), s.to.In(v.zone).Add(dayEnd)})
	}
	for _, file := range v.files {
		read, err := proof.ReadFile(file.kind, file.name, file.content)
		if err != nil {
			return nil, err
		}
		read.Taken.ID, read.Taken.TakenAt = v.id(file.taken), file.taken.UTC()
		filled = append(filled, read)
	}
	return filled, nil
}

// book books what the statements say, each day's lines in its evening.
func (v *vault) book(filled []proof.Filled) {
	paid := map[string]*payout.Payout{}
	for i := range v.payouts {
		if v.payouts[i].Status == payout.Paid {
			paid[v.payouts[i].EndToEndID] = &v.payouts[i]
		}
	}
	for _, file := range filled {
		for _, line := range file.Bank {
			t := proof.TransactionOf(line, paid[line.Payout()])
			t.At = schedule.DateOf(line.BookedOn, time.UTC).In(v.zone).UTC().Add(dayEnd)
			v.post(t)
		}
	}
	v.inOrder()
}

// keepFiles keeps the files where the house keeps what it takes in, and writes them with the truth into a folder of their own; where the configuration
// names neither, nothing.
func (v *vault) keepFiles(ctx context.Context) error {
	if v.config.Folder != "" {
		if err := v.writeFolder(v.config.Folder); err != nil {
			return err
		}
	}
	if v.config.Blobs == nil {
		return nil
	}
	puts, ctx := errgroup.WithContext(ctx)
	puts.SetLimit(16)
	for _, file := range v.files {
		puts.Go(func() error {
			_, err := v.config.Blobs.Put(ctx, bytes.NewReader(file.content), int64(len(file.content)))
			return err
		})
	}
	return puts.Wait()
}

// writeFolder writes the files and the truth about them into a folder.
func (v *vault) writeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	var truth bytes.Buffer
	if err := WriteTruth(&truth, v.planted); err != nil {
		return err
	}
	for _, file := range append(v.files, outside{name: "truth.csv", content: truth.Bytes()}) {
		if err := os.WriteFile(filepath.Join(folder, file.name), file.content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
