mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111122223333"
    }
  }

  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_data "aws_kms_alias" {
    defaults = {
      target_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    }
  }

  mock_data "aws_cognito_user_pools" {
    defaults = {
      arns = ["arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_mock"]
    }
  }

  mock_data "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
    }
  }

  mock_resource "aws_api_gateway_rest_api" {
    defaults = {
      execution_arn = "arn:aws:execute-api:us-west-2:111122223333:mock"
    }
  }

  mock_resource "aws_api_gateway_stage" {
    defaults = {
      arn = "arn:aws:apigateway:us-west-2::/restapis/mock/stages/v1"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:us-west-2:111122223333:log-group:mock"
    }
  }

  mock_resource "aws_wafv2_web_acl" {
    defaults = {
      arn = "arn:aws:wafv2:us-west-2:111122223333:regional/webacl/mock/mock"
    }
  }
}

# The two groups have different ARNs, so that a test notices the wrong one.
override_resource {
  target = aws_cloudwatch_log_group.execution
  values = {
    arn = "arn:aws:logs:us-west-2:111122223333:log-group:execution"
  }
}

variables {
  repository  = "../testdata/house"
  environment = "prod"
  region      = "us-west-2"
}

run "the_document_is_imported_with_the_pool_filled_in" {
  command = plan

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api_put.document.body).components.securitySchemes.cognito["x-amazon-apigateway-authorizer"].providerARNs == ["arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_mock"]
    error_message = "Got ${aws_api_gateway_rest_api_put.document.body}"
  }

  # Another name would be reset by each apply after an import.
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api_put.document.body).info.title == "prod" && aws_api_gateway_rest_api.api.name == "prod"
    error_message = "The document's title is not the API's name."
  }

  assert {
    condition     = aws_api_gateway_rest_api_put.document.fail_on_warnings && aws_api_gateway_rest_api_put.document.parameters == tomap({ ignore = "documentation" })
    error_message = "The import ignores warnings, or creates documentation parts."
  }

  assert {
    condition     = aws_api_gateway_rest_api.api.body == null && aws_api_gateway_rest_api.api.endpoint_configuration[0].types == tolist(["REGIONAL"])
    error_message = "The API imports a document itself, or is not Regional."
  }

  assert {
    condition     = aws_api_gateway_deployment.api.triggers["document"] == sha256(aws_api_gateway_rest_api_put.document.body)
    error_message = "A new document would not be deployed."
  }
}

run "the_stage_is_logged_traced_throttled_not_cached_and_behind_the_firewall" {
  command = apply

  assert {
    condition     = aws_api_gateway_stage.api.xray_tracing_enabled && !aws_api_gateway_stage.api.cache_cluster_enabled && aws_api_gateway_stage.api.access_log_settings[0].destination_arn == aws_cloudwatch_log_group.access.arn
    error_message = "The stage has no access log, is not traced, or has a cache."
  }

  assert {
    condition     = aws_api_gateway_stage.api.variables == tomap({ environment = "prod" })
    error_message = "The stage variable for the functions' names is missing."
  }

  assert {
    condition     = aws_api_gateway_method_settings.all.settings[0].throttling_rate_limit == 2000 && aws_api_gateway_method_settings.all.settings[0].throttling_burst_limit == 4000 && aws_api_gateway_method_settings.all.settings[0].metrics_enabled && !aws_api_gateway_method_settings.all.settings[0].caching_enabled && !aws_api_gateway_method_settings.all.settings[0].data_trace_enabled
    error_message = "The throttling, metrics, caching or data traces are wrong."
  }

  # A line has the ids to search for, and no credentials.
  assert {
    condition = (
      length(setsubtract(["requestId", "traceId", "operation", "status", "latency", "error", "firewall"], keys(jsondecode(aws_api_gateway_stage.api.access_log_settings[0].format)))) == 0
      && !can(regex("(?i)header|claims|authorization", aws_api_gateway_stage.api.access_log_settings[0].format))
    )
    error_message = "Got ${aws_api_gateway_stage.api.access_log_settings[0].format}"
  }

  assert {
    condition     = aws_wafv2_web_acl_association.api[0].resource_arn == aws_api_gateway_stage.api.arn && aws_wafv2_web_acl_association.api[0].web_acl_arn == aws_wafv2_web_acl.api[0].arn
    error_message = "The firewall is not associated with the stage."
  }

  assert {
    condition = alltrue([
      for g in [aws_cloudwatch_log_group.access, aws_cloudwatch_log_group.execution, aws_cloudwatch_log_group.firewall[0]] : g.retention_in_days == 400 && startswith(g.kms_key_id, "arn:aws:kms:")
    ])
    error_message = "A log group has no retention, or no key."
  }

  # Each function can be invoked for its own route only.
  assert {
    condition     = aws_lambda_permission.route["orders-cancel-order DELETE"].source_arn == "${aws_api_gateway_rest_api.api.execution_arn}/v1/DELETE/orders/*" && aws_lambda_permission.route["orders-cancel-order DELETE"].qualifier == "live"
    error_message = "Got ${aws_lambda_permission.route["orders-cancel-order DELETE"].source_arn}"
  }

  assert {
    condition     = jsonencode(keys(aws_lambda_permission.route)) == jsonencode(["invoices-check-invoices GET", "invoices-check-invoices HEAD", "invoices-send-invoices-of-a-month-to-all-accountants POST", "orders-cancel-order DELETE", "orders-check-orders GET", "orders-check-orders HEAD", "orders-list-orders GET", "orders-list-orders HEAD"])
    error_message = "A route has no permission, or one too many: ${jsonencode(keys(aws_lambda_permission.route))}"
  }
}

run "the_firewall_limits_callers_and_blocks_only_what_the_contract_excludes" {
  command = plan

  # 46,100,000 requests a month are 17.54 a second, four times as many at the peak, of
  # which a quarter come from one address: 5,263 in 300 s, twice.
  assert {
    condition = jsonencode({ for r in aws_wafv2_web_acl.api[0].rule : r.name => {
      priority = r.priority
      limit    = r.statement[0].rate_based_statement[0].limit
      seconds  = r.statement[0].rate_based_statement[0].evaluation_window_sec
      by       = r.statement[0].rate_based_statement[0].aggregate_key_type
      header   = flatten([for k in r.statement[0].rate_based_statement[0].custom_key : [for h in k.header : concat([h.name], [for t in h.text_transformation : t.type])]])
      response = [for c in r.action[0].block[0].custom_response : [c.response_code, c.custom_response_body_key, [for h in c.response_header : "${h.name}: ${h.value}"]]]
      } if length(r.statement[0].rate_based_statement) > 0 }) == jsonencode({
      requests-per-address = { by = "IP", header = [], limit = 10526, priority = 1, response = [[429, "too-many-requests", ["Retry-After: 300"]]], seconds = 300 }
      requests-per-caller  = { by = "CUSTOM_KEYS", header = ["authorization", "NONE"], limit = 1000, priority = 0, response = [[429, "too-many-requests", ["Retry-After: 300"]]], seconds = 300 }
    })
    error_message = "Got ${jsonencode([for r in aws_wafv2_web_acl.api[0].rule : r.statement[0].rate_based_statement])}"
  }

  assert {
    condition = [for b in aws_wafv2_web_acl.api[0].custom_response_body : [b.key, b.content_type, b.content]] == [["too-many-requests", "APPLICATION_JSON", jsonencode({
      type = "urn:test:too-many-requests", title = "Too many requests", status = 429, detail = "The caller or its address sends requests too fast."
    })]]
    error_message = "Got ${jsonencode(aws_wafv2_web_acl.api[0].custom_response_body)}"
  }

  assert {
    condition     = one(aws_wafv2_web_acl_logging_configuration.api[0].redacted_fields[*].single_header[0].name) == "authorization"
    error_message = "The firewall's log contains tokens."
  }

  assert {
    condition = jsonencode([for f in aws_wafv2_web_acl_logging_configuration.api[0].logging_filter : [f.default_behavior, [for g in f.filter : [g.behavior, g.requirement, sort([for c in g.condition : c.action_condition[0].action])]]]]) == jsonencode([
      ["DROP", [["KEEP", "MEETS_ANY", ["BLOCK", "COUNT"]]]],
    ])
    error_message = "The log lacks what is blocked or counted: ${jsonencode(aws_wafv2_web_acl_logging_configuration.api[0].logging_filter)}"
  }

  # Nothing that a group or a new rule of it decides ends the evaluation.
  assert {
    condition = { for r in aws_wafv2_web_acl.api[0].rule : r.name => [r.priority, length(r.override_action[0].count), length(r.override_action[0].none)] if length(r.override_action) > 0 } == {
      AWSManagedRulesAmazonIpReputationList = [2, 1, 0]
      AWSManagedRulesKnownBadInputsRuleSet  = [3, 1, 0]
      AWSManagedRulesCommonRuleSet          = [4, 1, 0]
    }
    error_message = "Got ${jsonencode([for r in aws_wafv2_web_acl.api[0].rule : r.override_action])}"
  }

  assert {
    condition = alltrue(flatten([for r in aws_wafv2_web_acl.api[0].rule : [for g in r.statement[0].managed_rule_group_statement : [
      g.vendor_name == "AWS",
      toset(g.rule_action_override[*].name) == toset(keys(jsondecode(file("managed-rules.json")).groups[g.name].rules)),
      alltrue([for o in g.rule_action_override : length(o.action_to_use[0].count) == 1 && length(o.action_to_use[0].block) == 0]),
    ]]]))
    error_message = "A rule of a group does not count."
  }

  assert {
    condition = [for r in aws_wafv2_web_acl.api[0].rule : [r.priority, length(r.action[0].block), length(r.action[0].count), toset([for s in r.statement[0].or_statement[0].statement : "${s.label_match_statement[0].scope} ${s.label_match_statement[0].key}"])] if r.name == "attacks"] == [
      [5, 1, 0, toset(flatten([for g in values(jsondecode(file("managed-rules.json")).groups) : [for r in values(g.rules) : "LABEL ${g.labels}${r.label}" if r.blocks]]))],
    ]
    error_message = "Got ${jsonencode([for r in aws_wafv2_web_acl.api[0].rule : r.statement[0].or_statement if r.name == "attacks"])}"
  }

  # In the order of the priorities: labels are there before they are matched.
  assert {
    condition     = length([for r in aws_wafv2_web_acl.api[0].rule : r if length(r.statement[0].or_statement) + length(r.statement[0].rate_based_statement) + length(r.statement[0].managed_rule_group_statement) == 1]) == 6
    error_message = "The firewall has another rule."
  }
}

# The ids that AWS chooses are known after apply.
run "dns_names_a_region_while_all_its_checks_pass" {
  command = apply

  assert {
    condition     = alltrue([for r in aws_route53_record.latency : r.health_check_id == aws_route53_health_check.region[0].id && r.alias[0].name == aws_api_gateway_domain_name.host["shared"].regional_domain_name])
    error_message = "A latency record does not use the Region's health check."
  }

  assert {
    condition = (
      toset(aws_route53_health_check.region[0].child_healthchecks) == toset([for c in aws_route53_health_check.context : c.id])
      && alltrue([for c in aws_route53_health_check.context : c.type == "HTTPS" && c.failure_threshold == 3 && c.request_interval == 10])
    )
    error_message = "The Region's check does not combine its contexts' checks, or those have other settings than the environment's."
  }

  assert {
    condition = alltrue([
      for k, m in aws_api_gateway_base_path_mapping.host : m.api_id == aws_api_gateway_rest_api.api.id && m.stage_name == aws_api_gateway_stage.api.stage_name && m.domain_name == aws_api_gateway_domain_name.host[k].domain_name
    ]) && alltrue([for h in aws_api_gateway_domain_name.host : h.regional_certificate_arn == data.aws_acm_certificate.region.arn])
    error_message = "A name is not mapped to the stage, or has another certificate."
  }
}

run "a_region_has_its_own_latency_record_health_checks_and_name" {
  command = plan

  assert {
    condition = alltrue([
      for r in aws_route53_record.latency : r.set_identifier == "us-west-2" && r.latency_routing_policy[0].region == "us-west-2" && r.name == "api.meridian.example.com" && r.alias[0].evaluate_target_health
    ]) && toset(keys(aws_route53_record.latency)) == toset(["A", "AAAA"])
    error_message = "The records are not the Region's."
  }

  assert {
    condition = jsonencode({ for key, c in aws_route53_health_check.context : c.resource_path => c.fqdn }) == jsonencode({
      "/invoices/health" = "us-west-2.api.meridian.example.com"
      "/orders/health"   = "us-west-2.api.meridian.example.com"
    })
    error_message = "A context's check does not call this Region."
  }

  assert {
    condition     = aws_route53_health_check.region[0].type == "CALCULATED" && aws_route53_health_check.region[0].child_health_threshold == 2
    error_message = "The Region would stay in DNS with a context down."
  }

  assert {
    condition     = alltrue([for h in aws_api_gateway_domain_name.host : h.security_policy == "TLS_1_2" && h.region == "us-west-2" && h.endpoint_configuration[0].types == tolist(["REGIONAL"])])
    error_message = "A domain name is not Regional, or accepts old TLS."
  }
}

run "another_region_has_records_and_checks_of_its_own" {
  command = apply

  variables {
    region = "us-east-1"
  }

  assert {
    condition     = aws_route53_record.latency["A"].set_identifier == "us-east-1" && aws_route53_record.region["A"].name == "us-east-1.api.meridian.example.com"
    error_message = "Two Regions would share a record."
  }

  assert {
    condition     = alltrue([for c in aws_route53_health_check.context : c.fqdn == "us-east-1.api.meridian.example.com"])
    error_message = "A check calls another Region."
  }

  # The home Region's stack has what is once in the environment: the canary and the page.
  assert {
    condition = alltrue([
      for c in aws_route53_health_check.canary : c.fqdn == "api.meridian.example.com" && c.type == "HTTPS" && c.port == 443 && c.resource_path == "/invoices/health" &&
      c.request_interval == 30 && c.failure_threshold == 3 && length(c.regions) == 3
      ]) && alltrue([
      for a in aws_cloudwatch_metric_alarm.canary : a.region == "us-east-1" && a.dimensions == tomap({ HealthCheckId = aws_route53_health_check.canary[0].id }) && a.statistic == "Minimum" &&
      a.comparison_operator == "LessThanThreshold" && a.threshold == 1 && a.period == 60 && a.evaluation_periods == 3 && a.treat_missing_data == "missing" &&
      a.alarm_actions == toset(["arn:aws:sns:us-east-1:111122223333:prod-alarms"]) && a.ok_actions == a.alarm_actions
    ]) && length(aws_cloudwatch_metric_alarm.canary) == 1
    error_message = "The canary is about another name, or notifies no one."
  }

  assert {
    condition = jsonencode([for w in jsondecode(aws_cloudwatch_dashboard.oncall[0].dashboard_body).widgets : try("${w.properties.title}: ${length(w.properties.metrics)}", w.properties.title, w.type)]) == jsonencode([
      "text", "Is it us? The API from outside, by its shared name (1 is reachable): 1", "Is it us? Share of 5xx responses to the first call: 2", "Which Region? Share of 5xx responses: 2",
      "Which Region? Requests: 2", "Which Region? Latency p99 (ms): 2", "Which operation of invoices? 5xx responses: 2", "Which operation of orders? 5xx responses: 4",
      "Since which release? Versions of functions in us-east-1", "Since which release? Versions of functions in us-west-2",
    ])
    error_message = "Got ${aws_cloudwatch_dashboard.oncall[0].dashboard_body}"
  }

  assert {
    condition = alltrue([
      for w in concat(jsondecode(aws_cloudwatch_dashboard.oncall[0].dashboard_body).widgets, jsondecode(aws_cloudwatch_dashboard.region[0].dashboard_body).widgets) :
      jsonencode(w.properties.annotations.vertical) == jsonencode([
        { label = "orders v1.2.2 (fedcba9)", value = "2026-11-01T03:04:05Z" },
        { label = "invoices v0.3.0 (0123456), orders v1.2.3 (0123456)", value = "2026-11-02T03:04:05Z" },
      ]) if w.type == "metric"
    ])
    error_message = "A graph has no line where releases began."
  }

  assert {
    condition = { for q in aws_cloudwatch_query_definition.region : q.name => [q.region, length(q.log_group_names)] } == {
      "meridian/prod/one request"                                        = ["us-east-1", 6]
      "meridian/prod/failed requests by operation"                       = ["us-east-1", 1]
      "meridian/prod/slow requests by operation"                         = ["us-east-1", 1]
      "meridian/prod/requests that the firewall refuses or would refuse" = ["us-east-1", 1]
    }
    error_message = "Got ${jsonencode(aws_cloudwatch_query_definition.region)}"
  }
}

run "a_third_region_is_one_line_of_configuration" {
  command = plan

  variables {
    environment = "wide"
    region      = "ca-central-1"
  }

  assert {
    condition     = aws_route53_record.latency["A"].set_identifier == "ca-central-1" && aws_api_gateway_rest_api.api.region == "ca-central-1"
    error_message = "The third Region has no record or no API."
  }

  # A few clients are limited to ten callers behind an address.
  assert {
    condition     = [for r in aws_wafv2_web_acl.api[0].rule : r.statement[0].rate_based_statement[0].limit if r.name == "requests-per-address"] == [10000]
    error_message = "One caller could use up its address's limit."
  }

  # A firewall that is rolled out counts.
  assert {
    condition     = { for r in aws_wafv2_web_acl.api[0].rule : r.name => [length(r.action[0].block), length(r.action[0].count)] if length(r.action) > 0 } == { attacks = [0, 1], requests-per-address = [0, 1], requests-per-caller = [0, 1] }
    error_message = "A rule blocks: ${jsonencode([for r in aws_wafv2_web_acl.api[0].rule : r.action])}"
  }
}

run "a_drained_region_is_unhealthy_whatever_its_checks_say" {
  command = plan

  variables {
    drained = true
  }

  assert {
    condition     = aws_route53_health_check.region[0].child_health_threshold == 3
    error_message = "The Region would stay in DNS."
  }

  assert {
    condition     = !aws_cloudwatch_metric_alarm.health[0].actions_enabled
    error_message = "The alarm notifies of a Region that was drained on purpose."
  }
}

run "an_alarm_outside_the_region_reports_its_failure" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.health[0].region == "us-east-1" && aws_cloudwatch_metric_alarm.health[0].alarm_actions == toset(["arn:aws:sns:us-east-1:111122223333:prod-alarms"]) && aws_cloudwatch_metric_alarm.health[0].insufficient_data_actions == aws_cloudwatch_metric_alarm.health[0].alarm_actions
    error_message = "The alarm is in the Region itself, or does not notify."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.health[0].treat_missing_data == "missing" && aws_cloudwatch_metric_alarm.health[0].actions_enabled
    error_message = "The alarm notifies when it is made, or never."
  }

  assert {
    condition     = length(aws_route53_health_check.canary) == 0 && length(aws_cloudwatch_dashboard.oncall) == 0 && aws_cloudwatch_composite_alarm.region[0].region == "us-west-2" && aws_cloudwatch_composite_alarm.region[0].alarm_actions == toset(["arn:aws:sns:us-west-2:111122223333:prod-alarms"])
    error_message = "The Region's own alarm is in another Region, or the canary is in every Region."
  }
}

run "the_region_has_alarms_for_errors_and_latency" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.errors[0].metric_name == "5XXError" && aws_cloudwatch_metric_alarm.errors[0].threshold == 0.01 && aws_cloudwatch_metric_alarm.latency[0].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.latency[0].threshold == 500
    error_message = "The alarms are not the environment's."
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.region[0].alarm_rule == "ALARM(\"prod-api-errors\") OR ALARM(\"prod-api-p99\")"
    error_message = "Got ${aws_cloudwatch_composite_alarm.region[0].alarm_rule}"
  }
}

run "no_requests_are_no_alarm" {
  command = apply

  assert {
    condition = alltrue([
      for a in [aws_cloudwatch_metric_alarm.errors[0], aws_cloudwatch_metric_alarm.latency[0]] :
      a.treat_missing_data == "notBreaching" && a.dimensions == tomap({ ApiName = "prod", Stage = "v1" }) && a.namespace == "AWS/ApiGateway"
    ])
    error_message = "An alarm fires without requests, or is about another API."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.health[0].dimensions == tomap({ HealthCheckId = aws_route53_health_check.region[0].id })
    error_message = "The alarm is about another check."
  }
}

run "checkers_are_on_three_continents" {
  command = plan

  assert {
    condition     = alltrue([for c in aws_route53_health_check.context : length(distinct([for r in c.regions : split("-", r)[0]])) == 3 && length(c.regions) == 3])
    error_message = "The network of one continent could take a Region out of DNS."
  }
}

run "a_lean_region_has_nothing_that_costs_at_rest" {
  command = plan

  variables {
    environment = "lean"
  }

  assert {
    condition = length(concat(
      aws_wafv2_web_acl.api, aws_wafv2_web_acl_association.api, aws_cloudwatch_dashboard.region, aws_cloudwatch_metric_alarm.health, aws_cloudwatch_metric_alarm.errors,
      aws_cloudwatch_metric_alarm.latency, aws_cloudwatch_composite_alarm.region, aws_route53_health_check.region, values(aws_route53_health_check.context), aws_route53_health_check.canary, aws_cloudwatch_metric_alarm.canary, aws_cloudwatch_dashboard.oncall, data.aws_kms_alias.environment,
    )) == 0
    error_message = "A lean Region has a firewall, a dashboard, an alarm, a health check or a key."
  }

  assert {
    condition     = !aws_api_gateway_method_settings.all.settings[0].metrics_enabled && !aws_xray_group.faults.insights_configuration[0].insights_enabled
    error_message = "A lean Region has metrics by route, or X-Ray insights."
  }

  assert {
    condition     = alltrue([for r in aws_route53_record.latency : r.health_check_id == null]) && length(aws_route53_record.latency) == 2
    error_message = "A lean Region is not in DNS."
  }
}

run "a_drained_lean_region_has_no_latency_record" {
  command = plan

  variables {
    environment = "lean"
    drained     = true
  }

  assert {
    condition     = length(aws_route53_record.latency) == 0 && length(aws_route53_record.region) == 2
    error_message = "The Region would stay in DNS, or loses its own name."
  }
}

run "the_regions_dashboard_shows_requests_errors_latency_health_and_refusals" {
  command = apply

  assert {
    condition = jsonencode({ for w in jsondecode(aws_cloudwatch_dashboard.region[0].dashboard_body).widgets : w.properties.title => length(w.properties.metrics) }) == jsonencode({
      "Requests" = 1, "Errors" = 2, "Latency (ms)" = 4, "Health checks (1 is healthy)" = 3, "Refused by the firewall" = 3, "The account's concurrent executions" = 1
    })
    error_message = "Got ${aws_cloudwatch_dashboard.region[0].dashboard_body}"
  }
}

run "regional_resources_set_their_region" {
  command = plan

  assert {
    condition = alltrue([
      for r in concat(values(aws_api_gateway_domain_name.host), values(aws_api_gateway_base_path_mapping.host), values(aws_lambda_permission.route), [
        aws_api_gateway_rest_api.api, aws_api_gateway_rest_api_put.document, aws_api_gateway_deployment.api, aws_api_gateway_stage.api, aws_api_gateway_method_settings.all, aws_wafv2_web_acl.api[0],
        aws_wafv2_web_acl_association.api[0], aws_wafv2_web_acl_logging_configuration.api[0], aws_cloudwatch_log_group.access, aws_cloudwatch_log_group.execution,
        aws_cloudwatch_log_group.firewall[0], aws_cloudwatch_metric_alarm.errors[0], aws_cloudwatch_metric_alarm.latency[0], aws_cloudwatch_dashboard.region[0],
        aws_xray_sampling_rule.requests, aws_xray_sampling_rule.health, aws_xray_group.faults, data.aws_acm_certificate.region, data.aws_kms_alias.environment[0],
      ]) : r.region == "us-west-2"
    ])
    error_message = "A resource or data source does not have the applied Region."
  }
}

run "health_checks_are_not_traced_and_requests_are_sampled" {
  command = plan

  assert {
    condition     = aws_xray_sampling_rule.health.fixed_rate == 0 && aws_xray_sampling_rule.health.priority < aws_xray_sampling_rule.requests.priority && aws_xray_sampling_rule.requests.fixed_rate == 0.05
    error_message = "The sampling rules trace health checks, or not the share of requests that the environment sets."
  }

  assert {
    condition     = alltrue([for r in [aws_xray_sampling_rule.health, aws_xray_sampling_rule.requests] : r.service_name == "prod/v1" && r.service_type == "AWS::ApiGateway::Stage"])
    error_message = "A rule applies to another environment's requests."
  }

  assert {
    condition     = aws_xray_group.faults.filter_expression == "service(\"prod/v1\") AND (fault = true OR throttle = true)"
    error_message = "Got ${aws_xray_group.faults.filter_expression}"
  }
}

run "a_missing_document_fails" {
  command = plan

  variables {
    document = "../testdata/nothing.json"
  }

  expect_failures = [aws_api_gateway_rest_api.api]
}

run "a_second_pool_of_the_same_name_fails" {
  command = plan

  override_data {
    target = data.aws_cognito_user_pools.environment
    values = {
      arns = ["arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_one", "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_two"]
    }
  }

  expect_failures = [data.aws_cognito_user_pools.environment]
}

run "a_region_that_the_environment_does_not_have_fails" {
  command = plan

  variables {
    region = "ca-central-1"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_bad_region_fails" {
  command = plan

  variables {
    environment = "badregion"
    region      = "us-wset-2"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_missing_domain_fails" {
  command = plan

  variables {
    environment = "nodomain"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "an_empty_domain_fails" {
  command = plan

  variables {
    environment = "emptydomain"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "an_unknown_environment_fails" {
  command = plan

  variables {
    environment = "prd"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "the_page_without_an_objective_has_fewer_graphs" {
  command = plan

  variables {
    environment = "northern"
    region      = "ca-central-1"
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.oncall) == 1
    error_message = "The home Region has no page."
  }
}

run "a_system_without_a_health_operation_fails" {
  command = plan

  variables {
    repository  = "../testdata/plain"
    environment = "ada"
    region      = "us-east-1"
    document    = "../testdata/house/dist/deployable.json"
  }

  expect_failures = [aws_route53_health_check.region]
}
