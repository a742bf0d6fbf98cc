package compat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var printedReports = []Report{
	{Context: "billing", First: true, Level: None, Next: "0.1.0", Changes: []Change{}},
	{
		Context: "old", Base: "main", Level: Breaking, Removed: true,
		Changes: []Change{
			{
				Level: Breaking, Operation: "GET /old", Text: "removed",
				Location: "main:old/openapi.json#/paths/~1old/get",
			},
			{Level: None, Text: "`description` changed"},
			{Level: None, Text: "`summary` changed"},
		},
	},
	{
		Context: "orders", Base: "orders/v1.2.3", Level: Breaking, Bump: Major, Current: "1.2.3", Next: "2.0.0",
		Changes: []Change{
			{
				Level: Breaking, Operation: "POST /orders", Text: "removed",
				Location: "orders/v1.2.3:orders/openapi.json:12",
			},
			{Level: Compatible, Operation: "GET /orders", Text: "deprecated", Location: "orders/openapi.json:3"},
		},
		Resources: []Change{
			{
				Level: Breaking, Verdict: DestroysData, Text: "table `orders`: removed with its items",
				Advice: "keep it", Location: "orders/v1.2.3:orders/service.json#/tables/orders",
			},
			{Level: Compatible, Verdict: CompatibleChange, Text: "table `lines`: added",
				Location: "orders/service.json#/tables/lines"},
		},
	},
	{
		Context: "parcels", Base: "parcels/v1.0.0", Level: None, Bump: NoBump, Current: "1.0.0", Next: "1.0.0",
		Changes: []Change{},
	},
	{
		Context: "stock", Base: "stock/v1.0.0", Level: None, Bump: Patch, Current: "1.0.0", Next: "1.0.1",
		Changes: []Change{{Level: None, Text: "`summary` changed"}},
	},
}

const printed = "" +
	"CONTEXT  BASE            RESULT         CHANGES                                          MINIMUM NEXT VERSION\n" +
	`billing  -               first release  -                                                0.1.0
old      main            removed        1 breaks clients, 2 documentation                -
orders   orders/v1.2.3   destroys data  1 destroys data, 1 breaks clients, 2 compatible  2.0.0 (major)
parcels  parcels/v1.0.0  unchanged      -                                                -
stock    stock/v1.0.0    documentation  1 documentation                                  1.0.1 (patch)

old since main
  breaks clients    GET /old: removed
                    main:old/openapi.json#/paths/~1old/get

orders since orders/v1.2.3
  destroys data     table ` + "`orders`" + `: removed with its items
                    orders/v1.2.3:orders/service.json#/tables/orders
                    safe way: keep it
  breaks clients    POST /orders: removed
                    orders/v1.2.3:orders/openapi.json:12
  compatible        GET /orders: deprecated
                    orders/openapi.json:3
  compatible        table ` + "`lines`" + `: added
                    orders/service.json#/tables/lines
`

func TestPrint(t *testing.T) {
	var out bytes.Buffer
	if err := Print(&out, printedReports); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(printed, out.String()); diff != "" {
		t.Errorf("Print (-want +got):\n%s", diff)
	}
}

func TestPrintReturnsErrorsOfTheWriter(t *testing.T) {
	r, w := io.Pipe()
	closed := errors.New("closed")
	r.CloseWithError(closed)
	if err := Print(w, printedReports); !errors.Is(err, closed) {
		t.Errorf("Print: error %v, want %v", err, closed)
	}
	if err := JSON(w, printedReports); !errors.Is(err, closed) {
		t.Errorf("JSON: error %v, want %v", err, closed)
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, printedReports); err != nil {
		t.Fatal(err)
	}
	var decoded []Report
	if err := json.Unmarshal(out.Bytes(), &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(printedReports, decoded); diff != "" {
		t.Errorf("decoded reports (-want +got):\n%s", diff)
	}
}

func TestJSONWithoutReportsIsAnEmptyList(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, nil); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "[]\n" {
		t.Errorf("JSON of nil is %q, want an empty list", got)
	}
}
