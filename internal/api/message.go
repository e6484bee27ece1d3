package api

import (
	"context"
	"net/http"

	"khadamat/internal/feature"
	"khadamat/internal/market/message"
)

// Message is what one side of a booking wrote to the other.
type Message struct {
	ID     string `json:"id"`
	By     string `json:"by" enum:"customer,provider"`
	Mine   bool   `json:"mine" doc:"You wrote it"`
	Text   string `json:"text" doc:"Empty once its writer's account was erased" example:"Je serai là à 9 heures."`
	SentAt Time   `json:"sent_at"`
	ReadAt *Time  `json:"read_at" doc:"When the other side saw it; null: not yet"`
}

// MessageRequest is something to be said.
type MessageRequest struct {
	Text string `json:"text" doc:"Up to 2000 letters in a booking, 3000 in a dispute" example:"Je serai là à 9 heures."`
}

type (
	threadInput struct {
		ID     string `path:"id"`
		Cursor string `query:"cursor" doc:"next_cursor of the part before; it leads to earlier messages"`
	}
	sayInput struct {
		Creation
		ID   string `path:"id"`
		Body MessageRequest
	}
)

func (a *api) addMessages() {
	op := operationsOf(tagBookings)
	add(a, forMe, op("list-messages", http.MethodGet, "/bookings/{id}/messages", "Messages about a booking",
		"The latest 50, the oldest of them first; next_cursor leads to earlier ones.", 422), a.messages)
	add(a, forMe, creating(op("send-message", http.MethodPost, "/bookings/{id}/messages", "Write to the other side",
		"Until 30 days after the booking's end, and 30 messages an hour at most.", 409, 410)), a.sendMessage)
	add(a, forMe, op("read-messages", http.MethodPost, "/bookings/{id}/messages/read", "You have seen the messages",
		"All that were written to you about the booking; the other side's page shows it at once."), a.readMessages)
}

func (a *api) messages(ctx context.Context, c *call, in *threadInput) (*answer[List[Message]], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	page, err := a.Messages.Thread(ctx, c.actor, in.ID, in.Cursor)
	if err != nil {
		return nil, named(err, "before", "cursor")
	}
	return reply(pageOf(page.Items, page.Earlier, c.messageOf)), nil
}

func (a *api) sendMessage(ctx context.Context, c *call, in *sayInput) (*answer[Message], error) {
	if !a.Features.On(feature.Messages) {
		return nil, feature.Messages.Paused()
	}
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	sent, err := a.Messages.Send(ctx, c.actor, in.ID, in.Body.Text, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return reply(c.messageOf(sent)), nil
}

// readMessages asks for the booking first: to have read nothing about somebody else's would be no error.
func (a *api) readMessages(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	if _, err := a.Bookings.Booking(ctx, c.actor, in.ID); err != nil {
		return nil, err
	}
	return nil, a.Messages.MarkRead(ctx, c.actor, in.ID)
}

func (c *call) messageOf(m message.Message) Message {
	return Message{ID: m.ID, By: string(m.Side), Mine: m.SenderID == c.actor.ID, Text: m.Text, SentAt: timeOf(m.SentAt), ReadAt: timeOrNull(m.ReadAt)}
}
