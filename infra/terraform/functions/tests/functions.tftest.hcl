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

  mock_data "aws_secretsmanager_secret" {
    defaults = {
      arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:mock-AbCdEf"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111122223333:role/mock"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:us-west-2:111122223333:log-group:mock"
    }
  }
}

variables {
  repository  = "../testdata/house"
  environment = "prod"
  context     = "orders"
  region      = "us-west-2"
}

run "every_operation_is_a_function_as_its_manifest_says" {
  command = plan

  assert {
    condition     = toset(keys(aws_lambda_function.function)) == toset(["cancel-order", "check-orders", "list-orders"])
    error_message = "The functions are not the manifest's."
  }

  assert {
    condition     = aws_lambda_function.function["cancel-order"].memory_size == 1024 && aws_lambda_function.function["cancel-order"].timeout == 5
    error_message = "Memory or time is not the manifest's."
  }

  assert {
    condition     = aws_lambda_function.function["cancel-order"].environment[0].variables == tomap({ ENVIRONMENT = "prod", GOMAXPROCS = "1" })
    error_message = "The function's environment is not what platform/lambdaenv reads."
  }
}

run "every_function_is_arm64_on_al2023_traced_and_logs_json" {
  command = plan

  assert {
    condition = alltrue([
      for f in aws_lambda_function.function : f.architectures == tolist(["arm64"]) && f.runtime == "provided.al2023" && f.handler == "bootstrap"
      && f.publish && f.tracing_config[0].mode == "Active" && f.logging_config[0].log_format == "JSON"
    ])
    error_message = "A function is not ARM64, not traced, or does not log JSON."
  }
}

run "every_functions_concurrency_is_limited" {
  command = plan

  assert {
    condition     = aws_lambda_function.function["list-orders"].reserved_concurrent_executions == 40 && aws_lambda_function.function["cancel-order"].reserved_concurrent_executions == 30
    error_message = "The limits are not the environment's."
  }
}

run "an_operations_alarms_are_about_its_route_and_silent_without_requests" {
  command = plan

  assert {
    condition = alltrue([
      for a in [aws_cloudwatch_metric_alarm.errors["cancel-order"], aws_cloudwatch_metric_alarm.latency["cancel-order"]] :
      a.dimensions == tomap({ ApiName = "prod", Stage = "v1", Method = "DELETE", Resource = "/orders/{orderId}" }) && a.namespace == "AWS/ApiGateway" && a.treat_missing_data == "notBreaching"
    ])
    error_message = "An alarm never fires, or fires without requests: ${jsonencode(aws_cloudwatch_metric_alarm.errors["cancel-order"].dimensions)}"
  }

  assert {
    condition     = alltrue([for short, a in aws_cloudwatch_metric_alarm.throttles : a.dimensions == tomap({ FunctionName = "prod-orders-${short}" }) && a.treat_missing_data == "notBreaching"])
    error_message = "An alarm is about another function, or fires on no data."
  }
}

run "a_lean_context_has_no_alarms_no_dashboard_and_no_reservations" {
  command = plan

  variables {
    environment = "lean"
  }

  assert {
    condition = length(concat(
      values(aws_cloudwatch_metric_alarm.errors), values(aws_cloudwatch_metric_alarm.latency), values(aws_cloudwatch_metric_alarm.throttles), aws_cloudwatch_composite_alarm.context, aws_cloudwatch_dashboard.context, values(aws_cloudwatch_metric_alarm.burn), values(aws_cloudwatch_composite_alarm.slo),
    )) == 0
    error_message = "An alarm or a dashboard costs something at rest."
  }

  assert {
    condition     = alltrue([for f in aws_lambda_function.function : f.reserved_concurrent_executions == -1]) && !aws_xray_group.context.insights_configuration[0].insights_enabled
    error_message = "A new account refuses the reservations, or X-Ray insights cost something."
  }

  assert {
    condition     = alltrue([for g in aws_cloudwatch_log_group.function : g.kms_key_id == null])
    error_message = "A log group needs a key that a lean environment does not have."
  }
}

run "the_api_calls_the_alias_live_of_a_version" {
  command = apply

  assert {
    condition     = alltrue([for a in aws_lambda_alias.live : a.name == "live"]) && length(aws_lambda_alias.live) == 3
    error_message = "A function has no alias live."
  }

  assert {
    condition     = alltrue([for short, a in aws_lambda_alias.live : a.function_version == aws_lambda_function.function[short].version])
    error_message = "The live version could not be restored."
  }

  assert {
    condition     = alltrue([for short, f in aws_lambda_function.function : f.logging_config[0].log_group == aws_cloudwatch_log_group.function[short].name])
    error_message = "A function logs to a group that Lambda would create."
  }
}

run "every_log_group_is_encrypted_and_expires" {
  command = plan

  assert {
    condition     = alltrue([for g in aws_cloudwatch_log_group.function : g.retention_in_days == 400 && startswith(g.kms_key_id, "arn:aws:kms:")])
    error_message = "A log group has no retention, or no key."
  }
}

run "a_function_has_the_rights_that_its_operation_declares_in_its_own_region" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.function["list-orders"].policy).Statement) == jsonencode([
      { Effect = "Allow", Action = ["dynamodb:Query"], Resource = "arn:aws:dynamodb:us-west-2:111122223333:table/prod-orders/index/by-customer" },
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:us-west-2:111122223333:log-group:/aws/lambda/prod-orders-list-orders:log-stream:*" },
      { Effect = "Allow", Action = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Resource = "*" },
    ])
    error_message = "Got ${aws_iam_role_policy.function["list-orders"].policy}"
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.function["check-orders"].policy).Statement[0].Condition) == jsonencode({
      "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["health", "probe#*"] }
      "Null"                    = { "dynamodb:LeadingKeys" = "false" }
    })
    error_message = "Got ${aws_iam_role_policy.function["check-orders"].policy}"
  }

  assert {
    condition = jsonencode([for s in jsondecode(aws_iam_role_policy.function["cancel-order"].policy).Statement : s.Condition if can(s.Condition)]) == jsonencode([
      {
        "ForAllValues:StringEquals" = { "dynamodb:Attributes" = ["orderId", "state"] }
        "StringEquals"              = { "dynamodb:Select" = "SPECIFIC_ATTRIBUTES" }
      },
      { "ForAnyValue:StringEquals" = { "dynamodb:EnclosingOperation" = ["TransactWriteItems"] } },
    ])
    error_message = "Got ${aws_iam_role_policy.function["cancel-order"].policy}"
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.function["cancel-order"].policy).Statement : s.Resource][0] == "arn:aws:secretsmanager:us-east-1:111122223333:secret:mock-AbCdEf"
    error_message = "Got ${aws_iam_role_policy.function["cancel-order"].policy}"
  }
}

run "regional_resources_set_their_region" {
  command = plan

  assert {
    condition = alltrue([
      for r in concat(
        values(aws_lambda_function.function), values(aws_lambda_alias.live), values(aws_cloudwatch_log_group.function), values(data.aws_secretsmanager_secret.secret),
        values(aws_cloudwatch_metric_alarm.errors), values(aws_cloudwatch_metric_alarm.latency), values(aws_cloudwatch_metric_alarm.throttles),
        [aws_cloudwatch_composite_alarm.context[0], aws_xray_group.context, aws_cloudwatch_dashboard.context[0], data.aws_kms_alias.environment[0]],
      ) : r.region == "us-west-2"
    ])
    error_message = "A resource or data source does not have the applied Region."
  }
}

run "each_context_has_one_alarm_that_notifies" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.errors) == 2 && length(aws_cloudwatch_metric_alarm.latency) == 3 && length(aws_cloudwatch_metric_alarm.throttles) == 3
    error_message = "An operation lacks an alarm."
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.context[0].alarm_actions == toset(["arn:aws:sns:us-west-2:111122223333:prod-alarms"]) && length(regexall("ALARM\\(", aws_cloudwatch_composite_alarm.context[0].alarm_rule)) == 8
    error_message = "Got ${aws_cloudwatch_composite_alarm.context[0].alarm_rule}"
  }
}

run "the_alarms_are_about_5xx_p99_and_throttles_of_each_route" {
  command = plan

  assert {
    condition = (
      alltrue([for a in aws_cloudwatch_metric_alarm.errors : a.metric_name == "5XXError" && a.threshold == 0.01])
      && alltrue([for a in aws_cloudwatch_metric_alarm.latency : a.metric_name == "Latency" && a.extended_statistic == "p99" && a.threshold == 500])
      && alltrue([for a in aws_cloudwatch_metric_alarm.throttles : a.metric_name == "Throttles" && a.threshold == 0])
    )
    error_message = "An alarm has another metric, or another threshold than the environment's."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.errors["cancel-order"].dimensions == tomap({ ApiName = "prod", Stage = "v1", Method = "DELETE", Resource = "/orders/{orderId}" })
    error_message = "An alarm is about another route."
  }
}

run "the_contexts_dashboard_has_each_operation_in_each_graph" {
  command = apply

  assert {
    condition = jsonencode({ for w in jsondecode(aws_cloudwatch_dashboard.context[0].dashboard_body).widgets : w.properties.title => length(w.properties.metrics) }) == jsonencode({
      "Requests"                         = 3, "5xx responses" = 3, "Latency p99 (ms)" = 3, "Latency p50 (ms)" = 3, "Concurrent executions" = 3, "Throttled invocations" = 3,
      "Latency in the function p99 (ms)" = 3, "Cold starts" = 3, "Read units of DynamoDB" = 3, "Write units of DynamoDB" = 3
    })
    error_message = "Got ${aws_cloudwatch_dashboard.context[0].dashboard_body}"
  }

  assert {
    condition = alltrue([
      for w in jsondecode(aws_cloudwatch_dashboard.context[0].dashboard_body).widgets :
      jsonencode(w.properties.annotations.vertical) == jsonencode([
        { label = "v1.2.3 (0123456)", value = "2026-11-02T03:04:05Z" },
        { label = "v1.2.2 (fedcba9)", value = "2026-11-01T03:04:05Z" },
      ])
    ])
    error_message = "A graph has no line where a release of the context began."
  }
}

# With the mocked names, 14.4 times 0.1 % in an hour and in five minutes, and 6 times in six
# hours and in 30 minutes.
run "the_first_call_has_an_objective_with_burn_rates_in_two_windows" {
  command = plan

  assert {
    condition = jsonencode({ for key, a in aws_cloudwatch_metric_alarm.burn : a.alarm_name => [
      format("%.4f", a.threshold), a.comparison_operator, a.evaluation_periods, a.treat_missing_data, length(coalesce(a.alarm_actions, [])),
      sort(flatten([for q in a.metric_query : [for m in q.metric : "${q.id} ${m.stat} of ${m.namespace} ${m.metric_name} in ${m.period} s"]])),
      [for q in a.metric_query : q.expression if q.return_data == true],
      ] }) == jsonencode({
      for window in [["fast-long", "0.0144", 3600], ["fast-short", "0.0144", 300], ["slow-long", "0.0060", 21600], ["slow-short", "0.0060", 1800]] :
      "prod-orders-list-orders-burn-${window[0]}" => [
        window[1], "GreaterThanThreshold", 1, "notBreaching", 0,
        ["faults Sum of AWS/ApiGateway 5XXError in ${window[2]} s", "requests SampleCount of AWS/ApiGateway 5XXError in ${window[2]} s"],
        ["IF(faults >= 3, faults / requests, 0)"],
      ]
    })
    error_message = "Got ${jsonencode(aws_cloudwatch_metric_alarm.burn)}"
  }

  assert {
    condition = alltrue(flatten([for a in aws_cloudwatch_metric_alarm.burn : [for q in a.metric_query : [for m in q.metric :
      m.dimensions == tomap({ ApiName = "prod", Stage = "v1", Method = "GET", Resource = "/orders" })
    ]]]))
    error_message = "The objective is of another route."
  }

  assert {
    condition = { for a in aws_cloudwatch_composite_alarm.slo : a.alarm_name => a.alarm_rule } == {
      prod-orders-list-orders-slo-fast = "ALARM(\"prod-orders-list-orders-burn-fast-long\") AND ALARM(\"prod-orders-list-orders-burn-fast-short\")"
      prod-orders-list-orders-slo-slow = "ALARM(\"prod-orders-list-orders-burn-slow-long\") AND ALARM(\"prod-orders-list-orders-burn-slow-short\")"
      } && alltrue([
        for a in aws_cloudwatch_composite_alarm.slo : a.region == "us-west-2" && a.alarm_actions == toset(["arn:aws:sns:us-west-2:111122223333:prod-alarms"]) && a.ok_actions == a.alarm_actions
    ])
    error_message = "Got ${jsonencode(aws_cloudwatch_composite_alarm.slo)}"
  }

  # The saved queries of the context.
  assert {
    condition = { for q in aws_cloudwatch_query_definition.context : q.name => [q.region, length(q.log_group_names)] } == {
      for name in ["errors by operation", "one request", "versions"] : "meridian/prod/orders/${name}" => ["us-west-2", 3]
    }
    error_message = "Got ${jsonencode(aws_cloudwatch_query_definition.context)}"
  }
}

run "the_contexts_traces_are_a_group" {
  command = plan

  assert {
    condition     = aws_xray_group.context.group_name == "prod-orders" && strcontains(aws_xray_group.context.filter_expression, "BEGINSWITH \"https://api.meridian.example.com/orders/\"")
    error_message = "Got ${aws_xray_group.context.filter_expression}"
  }
}

# IAM's names belong to the account. The long one ends in a hash of the name and its Region.
run "no_iam_name_collides_between_regions_in_the_west" {
  command = plan

  variables {
    context = "invoices"
  }

  assert {
    condition = jsonencode(output.roles) == jsonencode({
      check-invoices                              = "prod-invoices-check-invoices-us-west-2"
      send-invoices-of-a-month-to-all-accountants = "prod-invoices-send-invoices-of-a-month-to-all-accountan-8f816628"
    })
    error_message = "Got ${jsonencode(output.roles)}"
  }
}

run "no_iam_name_collides_between_regions_in_the_east" {
  command = plan

  variables {
    context = "invoices"
    region  = "us-east-1"
  }

  assert {
    condition = jsonencode(output.roles) == jsonencode({
      check-invoices                              = "prod-invoices-check-invoices-us-east-1"
      send-invoices-of-a-month-to-all-accountants = "prod-invoices-send-invoices-of-a-month-to-all-accountan-9c28d2f3"
    })
    error_message = "Got ${jsonencode(output.roles)}"
  }
}

run "a_context_without_tables_or_secrets_has_functions" {
  command = plan

  variables {
    context = "invoices"
  }

  assert {
    condition     = length(aws_lambda_function.function) == 2 && length(data.aws_secretsmanager_secret.secret) == 0
    error_message = "A context without tables or secrets lacks a function, or has data sources."
  }
}

run "a_function_that_is_not_built_fails" {
  command = plan

  variables {
    artifacts = "../testdata/nothing"
  }

  expect_failures = [aws_lambda_function.function]
}

run "a_region_that_the_environment_does_not_have_fails" {
  command = plan

  variables {
    region = "us-wset-2"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_bad_region_in_the_environment_fails" {
  command = plan

  variables {
    environment = "badregion"
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

run "a_missing_domain_fails" {
  command = plan

  variables {
    environment = "nodomain"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "an_unknown_context_fails" {
  command = plan

  variables {
    context = "shipments"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_region_without_a_replica_calls_the_nearest_member" {
  command = plan

  variables {
    environment = "wide"
    region      = "ca-central-1"
  }

  assert {
    condition     = aws_lambda_function.function["check-orders"].environment[0].variables == tomap({ ENVIRONMENT = "wide", GOMAXPROCS = "1", STRONG_REGION = "us-east-1", STRONG_REPLICAS = "us-east-1,us-west-2" })
    error_message = "Got ${jsonencode(aws_lambda_function.function["check-orders"].environment[0].variables)}"
  }

  assert {
    condition = jsonencode([for s in jsondecode(aws_iam_role_policy.function["check-orders"].policy).Statement : s.Resource if s.Action == ["dynamodb:GetItem"]]) == jsonencode([
      "arn:aws:dynamodb:ca-central-1:111122223333:table/wide-orders", "arn:aws:dynamodb:us-east-1:111122223333:table/wide-order-numbers", "arn:aws:dynamodb:us-west-2:111122223333:table/wide-order-numbers",
    ])
    error_message = "Got ${aws_iam_role_policy.function["check-orders"].policy}"
  }
}

run "functions_of_one_region_use_the_ordinary_table" {
  command = plan

  variables {
    environment = "single"
    region      = "us-east-1"
  }

  assert {
    condition     = aws_lambda_function.function["check-orders"].environment[0].variables == tomap({ ENVIRONMENT = "single", GOMAXPROCS = "1", STRONG_SUFFIX = "-ordinary" })
    error_message = "Got ${jsonencode(aws_lambda_function.function["check-orders"].environment[0].variables)}"
  }

  assert {
    condition     = jsonencode([for s in jsondecode(aws_iam_role_policy.function["check-orders"].policy).Statement : s.Resource if s.Action == ["dynamodb:GetItem"]]) == jsonencode(["arn:aws:dynamodb:us-east-1:111122223333:table/single-orders", "arn:aws:dynamodb:us-east-1:111122223333:table/single-order-numbers-ordinary"])
    error_message = "Got ${aws_iam_role_policy.function["check-orders"].policy}"
  }
}

run "writes_are_held_while_a_table_is_copied" {
  command = plan

  variables {
    phase  = "copying"
    region = "us-east-1"
  }

  assert {
    condition     = aws_lambda_function.function["check-orders"].environment[0].variables == tomap({ ENVIRONMENT = "prod", GOMAXPROCS = "1", STRONG_SUFFIX = "-ordinary", STRONG_HELD = "true" })
    error_message = "Got ${jsonencode(aws_lambda_function.function["check-orders"].environment[0].variables)}"
  }

  assert {
    condition     = jsonencode([for s in jsondecode(aws_iam_role_policy.function["check-orders"].policy).Statement : s.Resource if s.Action == ["dynamodb:GetItem"]]) == jsonencode(["arn:aws:dynamodb:us-east-1:111122223333:table/prod-orders", "arn:aws:dynamodb:us-east-1:111122223333:table/prod-order-numbers-ordinary", "arn:aws:dynamodb:us-east-1:111122223333:table/prod-order-numbers", "arn:aws:dynamodb:us-west-2:111122223333:table/prod-order-numbers"])
    error_message = "Got ${aws_iam_role_policy.function["check-orders"].policy}"
  }
}

run "writes_are_held_until_every_function_uses_the_copy" {
  command = plan

  variables {
    phase  = "switching"
    region = "us-east-1"
  }

  assert {
    condition     = aws_lambda_function.function["check-orders"].environment[0].variables == tomap({ ENVIRONMENT = "prod", GOMAXPROCS = "1", STRONG_HELD = "true", STRONG_REPLICAS = "us-east-1,us-west-2" })
    error_message = "Got ${jsonencode(aws_lambda_function.function["check-orders"].environment[0].variables)}"
  }

  assert {
    condition     = jsonencode([for s in jsondecode(aws_iam_role_policy.function["check-orders"].policy).Statement : s.Resource if s.Action == ["dynamodb:GetItem"]]) == jsonencode(["arn:aws:dynamodb:us-east-1:111122223333:table/prod-orders", "arn:aws:dynamodb:us-east-1:111122223333:table/prod-order-numbers-ordinary", "arn:aws:dynamodb:us-east-1:111122223333:table/prod-order-numbers", "arn:aws:dynamodb:us-west-2:111122223333:table/prod-order-numbers"])
    error_message = "Got ${aws_iam_role_policy.function["check-orders"].policy}"
  }
}

run "writes_go_to_the_copy_afterwards" {
  command = plan

  variables {
    phase  = "switched"
    region = "us-east-1"
  }

  assert {
    condition     = aws_lambda_function.function["check-orders"].environment[0].variables == tomap({ ENVIRONMENT = "prod", GOMAXPROCS = "1", STRONG_REPLICAS = "us-east-1,us-west-2" })
    error_message = "Got ${jsonencode(aws_lambda_function.function["check-orders"].environment[0].variables)}"
  }

  assert {
    condition     = jsonencode([for s in jsondecode(aws_iam_role_policy.function["check-orders"].policy).Statement : s.Resource if s.Action == ["dynamodb:GetItem"]]) == jsonencode(["arn:aws:dynamodb:us-east-1:111122223333:table/prod-orders", "arn:aws:dynamodb:us-east-1:111122223333:table/prod-order-numbers-ordinary", "arn:aws:dynamodb:us-east-1:111122223333:table/prod-order-numbers", "arn:aws:dynamodb:us-west-2:111122223333:table/prod-order-numbers"])
    error_message = "Got ${aws_iam_role_policy.function["check-orders"].policy}"
  }
}

# 32 characters of a group, and 64 and 65 of a role.
run "names_as_long_as_aws_allows_are_not_cut" {
  command = plan

  variables {
    repository  = "../testdata/plain"
    environment = "ada"
    context     = "subscriptions-of-our-members"
    region      = "us-east-1"
  }

  assert {
    condition     = aws_xray_group.context.group_name == "ada-subscriptions-of-our-members"
    error_message = "Got ${aws_xray_group.context.group_name}"
  }

  assert {
    condition = jsonencode(output.roles) == jsonencode({
      cancel-a-subscription  = "ada-subscriptions-of-our-members-cancel-a-subscription-us-east-1"
      cancel-my-subscription = "ada-subscriptions-of-our-members-cancel-my-subscription-ac8a724c"
    })
    error_message = "Got ${jsonencode(output.roles)}"
  }
}

run "longer_names_end_in_a_digest" {
  command = plan

  variables {
    repository  = "../testdata/plain"
    environment = "ada"
    context     = "subscriptions-of-our-partners"
    region      = "us-east-1"
  }

  assert {
    condition     = length(aws_xray_group.context.group_name) == 32 && startswith(aws_xray_group.context.group_name, "ada-subscriptions-of-ou-")
    error_message = "Got ${aws_xray_group.context.group_name}"
  }
}
