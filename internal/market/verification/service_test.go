package verification_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/market/verification"
	"khadamat/internal/notify"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// office is a provider, another one, and a moderator, on a real database.
type office struct {
	*testing.T
	db        *db.DB
	clock     *clock.Manual
	folder    string
	service   *verification.Service
	catalog   *catalog.Catalog
	owner     account.Actor
	provider  catalog.Provider
	other     account.Actor
	moderator account.Actor
	told      []notify.Notice
}

func each(t *testing.T, test func(o *office)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		o := &office{T: t, db: d, clock: now, folder: t.TempDir()}
		o.owner, o.provider = o.add("Plomberie Atlas", account.Provider)
		o.other, _ = o.add("Salon Yasmine", account.Provider)
		o.moderator, _ = o.add("Moderator", account.Moderator)
		blobs, err := blob.NewFolder(o.folder)
		o.must(err)
		o.catalog, err = catalog.New(t.Context(), catalog.Config{DB: d, Clock: now})
		o.must(err)
		o.service = verification.New(verification.Config{DB: d, Clock: now, Blobs: blobs, Catalog: o.catalog, Notifier: o})
		test(o)
	})
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) add(name string, role account.Role) (account.Actor, catalog.Provider) {
	now := o.clock.Now()
	a := account.Account{ID: ids.New(), Email: ids.New() + "@example.test", Name: name, Role: role, Language: "fr", EmailVerifiedAt: now, CreatedAt: now}
	p := catalog.Provider{ID: ids.New(), AccountID: a.ID, Name: name, CityID: "casablanca", Status: catalog.Active, Policy: catalog.Moderate,
		Availability: catalog.DefaultAvailability(), CreatedAt: now, UpdatedAt: now}
	o.must(o.db.Tx(o.Context(), func(tx *db.Tx) error {
		if err := account.Insert(o.Context(), tx, a, "-"); err != nil || role != account.Provider {
			return err
		}
		return catalog.InsertProvider(o.Context(), tx, p)
	}))
	return account.Actor{ID: a.ID, Role: a.Role}, p
}

func (o *office) Tell(_ context.Context, tx *db.Tx, notice notify.Notice) error {
	tx.AfterCommit(func() { o.told = append(o.told, notice) })
	return nil
}

var pdf = []byte("%PDF-1.7\n% a document")

func picture(format string) []byte {
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	if format == "png" {
		_ = png.Encode(&b, img)
	} else {
		_ = jpeg.Encode(&b, img, nil)
	}
	return b.Bytes()
}

func (o *office) upload(kind verification.Kind, content []byte) verification.Document {
	o.Helper()
	d, err := o.service.Upload(o.Context(), o.owner, kind, "scan.pdf", bytes.NewReader(content))
	o.must(err)
	return d
}

func (o *office) submit() {
	o.Helper()
	for _, kind := range verification.Required {
		o.upload(kind, pdf)
	}
	o.must(o.service.Submit(o.Context(), o.owner))
}

func (o *office) mine() verification.Submission {
	o.Helper()
	s, err := o.service.Mine(o.Context(), o.owner)
	o.must(err)
	return s
}

// kept is how many files the blob store holds.
func (o *office) kept() int {
	files, err := filepath.Glob(filepath.Join(o.folder, "??", "*"))
	o.must(err)
	return len(files)
}

func (o *office) verified() bool {
	o.Helper()
	p, err := o.catalog.Provider(o.Context(), o.provider.ID)
	o.must(err)
	return p.Verified
}

func TestDocumentsMakeAProviderVerified(t *testing.T) {
	each(t, func(o *office) {
		if s := o.mine(); s.Status != verification.None || len(s.Missing()) != 3 {
			o.Fatalf("before anything: %+v", s)
		}
		o.submit()
		page, err := o.service.Waiting(o.Context(), o.moderator, "", 10)
		if err != nil || len(page.Items) != 1 || page.Items[0].ProviderName != "Plomberie Atlas" || !page.Items[0].SubmittedAt.Equal(o.clock.Now()) {
			o.Fatalf("waiting: %+v (%v)", page, err)
		}
		o.must(o.service.Approve(o.Context(), o.moderator, o.provider.ID))
		if s := o.mine(); s.Status != verification.Approved || s.DecidedBy != o.moderator.ID || !o.verified() {
			o.Errorf("after approval: %+v, verified %v", s, o.verified())
		}
		last := o.told[len(o.told)-1]
		if len(last.Letters) != 1 || last.Letters[0].Template != notify.DocumentsApproved || last.Letters[0].AccountID != o.owner.ID {
			o.Errorf("told %+v", last)
		}
		if page, err := o.service.Waiting(o.Context(), o.moderator, "", 10); err != nil || len(page.Items) != 0 {
			o.Errorf("still waiting: %+v (%v)", page, err)
		}
		if err := o.service.Reject(o.Context(), o.moderator, o.provider.ID, "Trop tard pour cela"); errs.CodeOf(err) != errs.Conflict || !o.verified() {
			o.Errorf("decided twice: %v", err)
		}
	})
}

func TestRejectedDocumentsAreSentAgain(t *testing.T) {
	each(t, func(o *office) {
		o.submit()
		if err := o.service.Reject(o.Context(), o.moderator, o.provider.ID, "non"); errs.CodeOf(err) != errs.Invalid {
			o.Errorf("rejected without a word: %v", err)
		}
		o.must(o.service.Reject(o.Context(), o.moderator, o.provider.ID, "La photo est floue."))
		if s := o.mine(); s.Status != verification.Rejected || s.Reason != "La photo est floue." || o.verified() {
			o.Fatalf("after rejection: %+v", s)
		}
		if last := o.told[len(o.told)-1]; last.Letters[0].Template != notify.DocumentsRejected || last.Letters[0].Args["Reason"].Text != "La photo est floue." {
			o.Errorf("told %+v", last)
		}
		o.upload(verification.IdentityFront, picture("jpeg"))
		o.must(o.service.Submit(o.Context(), o.owner))
		if s := o.mine(); s.Status != verification.Submitted || s.Reason != "" || !s.DecidedAt.IsZero() {
			o.Errorf("sent again: %+v", s)
		}
	})
}

func TestWhatIsMissingOrWrongIsNamed(t *testing.T) {
	each(t, func(o *office) {
		o.upload(verification.IdentityFront, pdf)
		err := o.service.Submit(o.Context(), o.owner)
		if text := fmt.Sprint(err); errs.CodeOf(err) != errs.Invalid || !strings.Contains(text, "identity_back") || !strings.Contains(text, "trade") || strings.Contains(text, "identity_front") || strings.Contains(text, "insurance") {
			o.Errorf("submitted with one document: %v", err)
		}
		for name, content := range map[string][]byte{
			"nothing": nil, "a web page": []byte("<html><script>alert(1)</script>"), "a pdf further down": append([]byte("\n"), pdf...), "a GIF": []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
			"the head of a picture alone": picture("png")[:12], "an SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		} {
			if _, err := o.service.Upload(o.Context(), o.owner, verification.Trade, "a.pdf", bytes.NewReader(content)); errs.CodeOf(err) != errs.Invalid {
				o.Errorf("%s is taken: %v", name, err)
			}
		}
		large := append(bytes.Clone(pdf), make([]byte, verification.MaxBytes)...)
		if _, err := o.service.Upload(o.Context(), o.owner, verification.Trade, "a.pdf", bytes.NewReader(large)); errs.CodeOf(err) != errs.TooLarge {
			o.Errorf("too large a file: %v", err)
		}
		if _, err := o.service.Upload(o.Context(), o.owner, "selfie", "a.pdf", bytes.NewReader(pdf)); errs.CodeOf(err) != errs.Invalid {
			o.Errorf("an unknown kind: %v", err)
		}
		if o.kept() != 1 {
			o.Errorf("%d files are kept, want 1", o.kept())
		}
	})
}

func TestADocumentIsTakenForWhatItHolds(t *testing.T) {
	each(t, func(o *office) {
		for want, content := range map[string][]byte{"application/pdf": pdf, "image/png": picture("png"), "image/jpeg": picture("jpeg")} {
			d, err := o.service.Upload(o.Context(), o.owner, verification.Insurance, "virus.exe\x00", bytes.NewReader(content))
			if err != nil || d.MediaType != want || d.Bytes != int64(len(content)) || strings.Contains(d.Name, "virus") || !strings.HasPrefix(d.FileName(), "insurance.") {
				o.Errorf("%s became %+v (%v)", want, d, err)
			}
			_, reader, err := o.service.Open(o.Context(), o.owner, d.ID)
			o.must(err)
			if _, err := reader.Seek(3, io.SeekStart); err != nil {
				o.Error(err)
			}
			rest, err := io.ReadAll(reader)
			if err != nil || !bytes.Equal(rest, content[3:]) {
				o.Errorf("%s reads as %q (%v)", want, rest, err)
			}
			if at, err := reader.Seek(-2, io.SeekEnd); err != nil || at != int64(len(content)-2) {
				o.Errorf("two before the end is %d (%v)", at, err)
			}
			o.must(reader.Close())
		}
		if o.kept() != 1 {
			o.Errorf("documents that were replaced stay: %d files", o.kept())
		}
	})
}

func TestDocumentsAreTheirOwnersAndTheOperatorsAlone(t *testing.T) {
	each(t, func(o *office) {
		d := o.upload(verification.Trade, pdf)
		customer := account.Actor{ID: ids.New(), Role: account.Customer}
		for name, actor := range map[string]account.Actor{"another provider": o.other, "a customer": customer} {
			if _, _, err := o.service.Open(o.Context(), actor, d.ID); errs.CodeOf(err) != errs.NotFound {
				o.Errorf("%s opens it: %v", name, err)
			}
			if _, err := o.service.Of(o.Context(), actor, o.provider.ID); errs.CodeOf(err) != errs.NotFound {
				o.Errorf("%s sees the submission: %v", name, err)
			}
			if _, err := o.service.Waiting(o.Context(), actor, "", 10); errs.CodeOf(err) != errs.Forbidden {
				o.Errorf("%s sees who waits: %v", name, err)
			}
			if err := o.service.Approve(o.Context(), actor, o.provider.ID); errs.CodeOf(err) != errs.Forbidden {
				o.Errorf("%s approves: %v", name, err)
			}
		}
		if err := o.service.Remove(o.Context(), o.other, d.ID); errs.CodeOf(err) != errs.NotFound {
			o.Errorf("another provider removes it: %v", err)
		}
		if _, _, err := o.service.Open(o.Context(), account.Actor{}, d.ID); errs.CodeOf(err) != errs.Unauthenticated {
			o.Errorf("nobody opens it: %v", err)
		}
		_, reader, err := o.service.Open(o.Context(), o.moderator, d.ID)
		o.must(err)
		o.must(reader.Close())
		var looks int
		o.must(o.db.QueryRow(o.Context(), `SELECT count(*) FROM audit_entries WHERE action = 'document.opened' AND actor_id = $1`, o.moderator.ID).Scan(&looks))
		if looks != 1 {
			o.Errorf("%d looks are on record, want 1", looks)
		}
	})
}

func TestWhatIsBeingCheckedDoesNotChange(t *testing.T) {
	each(t, func(o *office) {
		o.submit()
		sent := o.mine()
		first := sent.Documents[0]
		for name, err := range map[string]error{
			"remove": o.service.Remove(o.Context(), o.owner, first.ID),
			"submit": o.service.Submit(o.Context(), o.owner),
			"upload": func() error {
				_, err := o.service.Upload(o.Context(), o.owner, verification.Insurance, "a.pdf", bytes.NewReader(pdf))
				return err
			}(),
		} {
			if errs.CodeOf(err) != errs.Conflict {
				o.Errorf("%s while it is being checked: %v", name, err)
			}
		}
		if o.kept() != 3 {
			o.Errorf("%d files, want 3", o.kept())
		}
		o.must(o.service.TakeBack(o.Context(), o.owner))
		o.must(o.service.Remove(o.Context(), o.owner, first.ID))
		if s := o.mine(); s.Status != verification.None || len(s.Documents) != 2 || o.kept() != 2 {
			o.Errorf("taken back: %+v, %d files", s, o.kept())
		}
		if err := o.service.TakeBack(o.Context(), o.owner); errs.CodeOf(err) != errs.Conflict {
			o.Errorf("taken back twice: %v", err)
		}
		if err := o.service.Approve(o.Context(), o.moderator, o.provider.ID); errs.CodeOf(err) != errs.Conflict {
			o.Errorf("what nobody sent is approved: %v", err)
		}
	})
}

func TestThoseWhoWaitComeInPagesTheOldestFirst(t *testing.T) {
	each(t, func(o *office) {
		var want []string
		for i := range 5 {
			actor, p := o.add(fmt.Sprintf("Provider %d", i), account.Provider)
			for _, kind := range verification.Required {
				_, err := o.service.Upload(o.Context(), actor, kind, "a.pdf", bytes.NewReader(pdf))
				o.must(err)
			}
			o.must(o.service.Submit(o.Context(), actor))
			want = append(want, p.ID)
			if i%2 == 1 {
				o.clock.Advance(1000)
			}
		}
		var got []string
		for cursor := ""; ; {
			page, err := o.service.Waiting(o.Context(), o.moderator, cursor, 2)
			o.must(err)
			for _, s := range page.Items {
				got = append(got, s.ProviderID)
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			o.Errorf("in pages %v, want %v", got, want)
		}
		if _, err := o.service.Waiting(o.Context(), o.moderator, "nonsense", 2); errs.CodeOf(err) != errs.Invalid {
			o.Errorf("a broken cursor: %v", err)
		}
	})
}

func TestAPersonGetsAndLosesTheirDocuments(t *testing.T) {
	each(t, func(o *office) {
		var holder account.Holder = o.service
		o.submit()
		name, data, err := holder.Export(o.Context(), o.owner.ID)
		if text := fmt.Sprintf("%+v", data); err != nil || name != "verification" || strings.Count(text, "scan.pdf") != 3 {
			o.Errorf("exported %s %s (%v)", name, text, err)
		}
		o.must(o.db.Tx(o.Context(), func(tx *db.Tx) error { return holder.Erase(o.Context(), tx, o.owner.ID) }))
		if _, data, err := holder.Export(o.Context(), o.owner.ID); err != nil || data != nil || o.kept() != 0 {
			o.Errorf("left: %v and %d files (%v)", data, o.kept(), err)
		}
	})
}
