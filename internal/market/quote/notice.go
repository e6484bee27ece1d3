package quote

import (
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/catalog"
	"khadamat/internal/notify"
)

// change is what watchers of a job are told at once.
type change struct {
	ID     string    `json:"id"`
	Status JobStatus `json:"status"`
}

// eventType is what open pages are told of whatever happens to a job.
const eventType = "quote.changed"

func changedFor(j *Job, watchers ...string) notify.Notice {
	return notify.Notice{Watchers: watchers, Type: eventType, Data: change{j.ID, j.Status}}
}

// posted tells the providers that a job is for, and the customer's other open pages.
func posted(j *Job, city catalog.City, told []catalog.Provider) notify.Notice {
	notice := changedFor(j, j.CustomerID)
	for _, p := range told {
		notice.Watchers = append(notice.Watchers, p.AccountID)
		notice.Letters = append(notice.Letters, notify.Letter{AccountID: p.AccountID, Template: notify.QuotePosted, Args: map[string]notify.Value{
			"ID": notify.Words(j.ID), "Title": notify.Words(j.Title), "City": notify.Translated(city.Name.In), "Customer": notify.Words(j.redacted().CustomerName),
		}})
	}
	return notice
}

// closed tells who made an offer that the job is over.
func closed(j *Job, o *Offer) notify.Notice {
	notice := changedFor(j, o.ProviderAccountID)
	notice.Letters = []notify.Letter{{AccountID: o.ProviderAccountID, Template: notify.QuoteClosed, Args: map[string]notify.Value{
		"ID": notify.Words(j.ID), "Title": notify.Words(j.Title),
	}}}
	return notice
}

// told is what the other side is told of what one side did with an offer.
func told(j *Job, o *Offer, side booking.Side, template notify.Template, zone *time.Location) notify.Notice {
	notice := changedFor(j, j.CustomerID, o.ProviderAccountID)
	reader, sender := j.CustomerID, o.ProviderName
	if side == booking.CustomerSide {
		reader, sender = o.ProviderAccountID, j.redacted().CustomerName
	}
	last := o.Last()
	args := map[string]notify.Value{
		"ID": notify.Words(j.ID), "Title": notify.Words(j.Title), "Sender": notify.Words(sender), "Provider": notify.Words(o.ProviderName),
		"Price": notify.Money(last.Price), "Start": notify.Moment(last.Start, zone.String()),
	}
	if template == notify.QuoteAccepted {
		args["ID"] = notify.Words(j.BookingID)
	}
	notice.Letters = []notify.Letter{{AccountID: reader, Template: template, Args: args}}
	return notice
}
