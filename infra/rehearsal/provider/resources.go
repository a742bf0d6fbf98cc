package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func (s *server) ValidateResourceTypeConfig(_ context.Context, req *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	out := &tfprotov5.ValidateResourceTypeConfigResponse{}
	t, err := s.cat.resource(req.TypeName)
	if err != nil {
		out.Diagnostics = failure(err)
		return out, nil
	}
	conf, err := decode(t, req.Config)
	if err != nil {
		out.Diagnostics = failure(err)
		return out, nil
	}
	out.Diagnostics = protos(validate(t, conf))
	return out, nil
}

// UpgradeResourceState drops the attributes that the schema does not have: states of
// other versions of the stand-in can be read.
func (s *server) UpgradeResourceState(_ context.Context, req *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	out := &tfprotov5.UpgradeResourceStateResponse{}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		tv, err := req.RawState.UnmarshalWithOpts(t.typ, tfprotov5.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
		if err != nil {
			return err
		}
		dv, err := tfprotov5.NewDynamicValue(t.typ, tv)
		out.UpgradedState = &dv
		return err
	}()
	if err != nil {
		out.Diagnostics = failure(err)
	}
	return out, nil
}

// ReadResource returns the resource as it is outside the state: changed, or gone.
func (s *server) ReadResource(_ context.Context, req *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	out := &tfprotov5.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		state, err := decode(t, req.CurrentState)
		if err != nil {
			return err
		}
		if state, err = s.outside.read(&s.cfg, t, state); err != nil {
			return err
		}
		if state, err = s.readRestAPI(t, state); err != nil {
			return err
		}
		s.remember(t, state)
		out.NewState, err = encode(t, state)
		return err
	}()
	if err != nil {
		out.Diagnostics = failure(err)
	}
	return out, nil
}

// remember keeps what the invented values of other resources depend on.
func (s *server) remember(t *typeDef, v map[string]any) {
	switch t.name {
	case "aws_route53_zone":
		s.mem.put("zone:"+asString(v["zone_id"]), asString(v["name"]))
	case "aws_api_gateway_resource":
		s.mem.put("path:"+asString(v["id"]), asString(v["path"]))
	}
}

func (s *server) PlanResourceChange(_ context.Context, req *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	//lint:ignore SA1019 the real provider sets it too: a plan has defaults that the configuration lacks
	out := &tfprotov5.PlanResourceChangeResponse{UnsafeToUseLegacyTypeSystem: true, PlannedPrivate: req.PriorPrivate}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		proposed, err := decode(t, req.ProposedNewState)
		if err != nil {
			return err
		}
		if proposed == nil { // destroy
			out.PlannedState = req.ProposedNewState
			return nil
		}
		conf, err := decode(t, req.Config)
		if err != nil {
			return err
		}
		prior, err := decode(t, req.PriorState)
		if err != nil {
			return err
		}
		if ds := checkRegion(t, conf); len(ds) > 0 && !s.skipRegions {
			out.Diagnostics = protos(ds)
			return nil
		}
		p := &planner{cfg: &s.cfg, t: t}
		planned, replace := p.plan(conf, prior, string(req.PriorPrivate) == importMark)
		out.RequiresReplace = paths(replace)
		out.PlannedState, err = encode(t, planned)
		return err
	}()
	if err != nil {
		out.Diagnostics = failure(err)
	}
	return out, nil
}

func (s *server) ApplyResourceChange(_ context.Context, req *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	//lint:ignore SA1019 the real provider sets it too: a plan has defaults that the configuration lacks
	out := &tfprotov5.ApplyResourceChangeResponse{UnsafeToUseLegacyTypeSystem: true}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		planned, err := decode(t, req.PlannedState)
		if err != nil {
			return err
		}
		prior, err := decode(t, req.PriorState)
		if err != nil {
			return err
		}
		if planned == nil { // destroy
			out.NewState = req.PlannedState
			if err := s.dropRestAPI(t, prior); err != nil {
				return err
			}
			return s.outside.remove(&s.cfg, t, prior)
		}
		if t.name == "aws_dynamodb_table" && prior != nil {
			if err := checkMembersKept(prior, planned); err != nil {
				return err
			}
		}
		f := newFiller(&s.cfg, t, planned, prior, s.mem)
		state := f.all()
		if prior == nil {
			err = s.outside.create(f, state)
		} else {
			err = s.outside.update(&s.cfg, t, prior, state)
		}
		if err != nil {
			return err
		}
		time.Sleep(s.outside.delays[t.name])
		if err := s.keepRestAPI(t, state, prior); err != nil {
			return err
		}
		s.remember(t, state)
		out.NewState, err = encode(t, state)
		return err
	}()
	if err != nil {
		out.Diagnostics = failure(err)
		out.NewState = req.PriorState
	}
	return out, nil
}
