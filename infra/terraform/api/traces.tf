# The stage decides which requests are traced. The functions follow its decision.

locals {
  sampled_service = "${module.settings.names.api}/${local.stage}" # X-Ray's name of a stage
}

resource "aws_xray_sampling_rule" "requests" {
  region = var.region

  rule_name      = "${var.environment}-requests"
  priority       = 1000
  version        = 1
  reservoir_size = 1 # one trace a second, so that rare requests are seen
  fixed_rate     = local.settings.traces.rate
  service_name   = local.sampled_service
  service_type   = "AWS::ApiGateway::Stage"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
  resource_arn   = "*"
}

# Without this rule, most traces would be health checks. One rule covers all of them,
# since an account has 25 rules in a Region.
resource "aws_xray_sampling_rule" "health" {
  region = var.region

  rule_name      = "${var.environment}-health"
  priority       = 100
  version        = 1
  reservoir_size = 0
  fixed_rate     = 0
  service_name   = local.sampled_service
  service_type   = "AWS::ApiGateway::Stage"
  host           = "*"
  http_method    = "GET"
  url_path       = "*/health"
  resource_arn   = "*"

  lifecycle {
    precondition {
      condition     = alltrue([for f in local.health : endswith(f.path, "/health")])
      error_message = "A health operation's path does not end in /health, by which X-Ray distinguishes health checks from requests."
    }
  }
}

resource "aws_xray_group" "faults" {
  region = var.region

  group_name        = "${var.environment}-faults"
  filter_expression = "service(\"${local.sampled_service}\") AND (fault = true OR throttle = true)"

  insights_configuration {
    insights_enabled      = !module.settings.lean
    notifications_enabled = false
  }
}
