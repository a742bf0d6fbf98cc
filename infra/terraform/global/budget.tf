# The limit on a month's cost. It counts resources with the environment's tag, which all
# have; the account's owner activates the tag for cost allocation once (see the README).

resource "aws_budgets_budget" "environment" {
  name         = "${module.settings.system.name}-${var.environment}"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(local.settings.budget.monthlyUSD)
  limit_unit   = "USD"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:environment$%s", var.environment)]
  }

  # The actual cost, and the one that AWS forecasts for the month.
  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      comparison_operator       = "GREATER_THAN"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms[module.settings.global_region].arn]

      # A developer's topic has no subscriber; AWS sends this mail without a confirmation.
      subscriber_email_addresses = compact([local.settings.creator])
    }
  }

  depends_on = [aws_sns_topic_policy.alarms]
}
