# The firewall of the API: AWS's rules against known attacks, and a limit on the requests
# of one address.

locals {
  managed_rules = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet", # includes Log4j lookups
    "AWSManagedRulesCommonRuleSet",
  ]
}

resource "aws_wafv2_web_acl" "api" {
  #checkov:skip=CKV_AWS_192: AWSManagedRulesKnownBadInputsRuleSet is one of the rules; the check does not read a list of rules.
  count  = local.full
  region = var.region

  name        = "${module.settings.system.name}-${var.environment}"
  description = "${module.settings.system.title} ${var.environment} in ${var.region}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "requests-per-address"
    priority = 0

    action {
      block {
        custom_response {
          response_code = 429
        }
      }
    }

    statement {
      rate_based_statement {
        limit                 = local.settings.api.requestsPerAddress
        evaluation_window_sec = 300
        aggregate_key_type    = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "requests-per-address"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = { for i, name in local.managed_rules : name => i + 1 }

    content {
      name     = rule.key
      priority = rule.value

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${module.settings.system.name}-${var.environment}"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "api" {
  count  = local.full
  region = var.region

  resource_arn = aws_api_gateway_stage.api.arn
  web_acl_arn  = aws_wafv2_web_acl.api[0].arn
}

resource "aws_wafv2_web_acl_logging_configuration" "api" {
  count  = local.full
  region = var.region

  resource_arn            = aws_wafv2_web_acl.api[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  # The access log already has the requests that passed.
  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }
    }
  }
}
