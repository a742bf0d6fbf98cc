package adapter

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

type payment interface{ payment() }

type card struct {
	Digits string `json:"digits" minLength:"4"`
}

type transfer struct {
	Notes []string `json:"notes"`
}

func (card) payment()     {}
func (transfer) payment() {}

var _ = schema.Union[payment]("kind", schema.Variant[card]("card"), schema.Variant[transfer]("transfer"))

type payInput struct {
	Body struct {
		Payments []schema.OneOf[payment] `json:"payments"`
	}
}

type payOutput struct{ Body schema.OneOf[payment] }

var pay = rest.Operation[payInput, payOutput]{ID: "pay", Method: http.MethodPost, Path: "/things", Public: true}

func TestUnions(t *testing.T) {
	last := func(_ context.Context, in payInput) (payOutput, error) {
		switch p := in.Body.Payments[len(in.Body.Payments)-1].Value.(type) {
		case card:
			return payOutput{schema.OneOf[payment]{Value: transfer{}}}, nil
		default:
			return payOutput{schema.OneOf[payment]{Value: p}}, nil
		}
	}
	for _, test := range []struct {
		name, body string
		status     int
		want       string        // the response's body
		field      problem.Field // of the problem
	}{
		{
			name: "decoded and encoded", body: `{"payments":[{"notes":["<b>"],"kind":"transfer"}]}`,
			status: 200, want: `{"kind":"transfer","notes":["<b>"]}`,
		},
		{
			name: "a nil slice of a variant is empty", body: `{"payments":[{"kind":"card","digits":"4711"}]}`,
			status: 200, want: `{"kind":"transfer","notes":[]}`,
		},
		{
			name: "unknown variant", body: `{"payments":[{"kind":"card","digits":"4711"},{"kind":"cash"}]}`,
			status: 400, field: problem.Field{In: "body", Name: "/payments/1/kind", Message: "must be one of card, transfer"},
		},
		{
			name: "no discriminator", body: `{"payments":[{"digits":"4711"}]}`,
			status: 400, field: problem.Field{In: "body", Name: "/payments/0/kind", Message: "is required"},
		},
		{
			name: "constraint of a variant", body: `{"payments":[{"kind":"card","digits":"1"}]}`,
			status: 400, field: problem.Field{In: "body", Name: "/payments/0/digits",
				Message: "must have at least 4 characters"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := event(object{"httpMethod": "POST", "resource": "/things", "body": test.body})
			r, _ := invoke(t.Context(), t, pay, last, e)
			if r.StatusCode != test.status {
				t.Fatalf("status %d, want %d: %s", r.StatusCode, test.status, r.Body)
			}
			if test.status == http.StatusOK {
				assertEqual(t, "body", r.Body, test.want)
				return
			}
			var p problem.Problem
			if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
				t.Fatal(err)
			}
			assertEqual(t, "fields", p.Errors, []problem.Field{test.field})
		})
	}
}
