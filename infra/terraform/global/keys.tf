# One key in each Region for all that the environment keeps there: tables,
# secrets, logs and topics. A key of our own, because logs and alarms' topics
# cannot be encrypted with AWS's; and its policy lets no other account in.

locals {
  # Besides the Regions that serve, the one where health and cost are watched.
  regions = toset(concat(local.settings.regions, [module.settings.global_region]))
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109: a key's policy speaks of this key only, whatever it says of resources.
  #checkov:skip=CKV_AWS_111: see above.
  #checkov:skip=CKV_AWS_356: see above; a key's policy takes nothing but *.
  for_each = local.regions

  # Without it, nobody could ever change the policy again.
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }

  # Whoever may use a table or a secret may have it decrypted by the service that
  # keeps it, and the key is of no use elsewhere. AWS's own keys for DynamoDB and
  # Secrets Manager say the same, "everyone" with a condition on the caller's
  # account included; it keeps KMS out of the functions' rights.
  statement {
    sid       = "ThroughTheServicesThatKeepData"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [local.account]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${each.key}.amazonaws.com", "secretsmanager.${each.key}.amazonaws.com"]
    }
  }

  statement {
    sid       = "Logs"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${each.key}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${each.key}:${local.account}:log-group:*"]
    }
  }

  # Those who publish to an encrypted topic need the key as well as the topic.
  statement {
    sid       = "Alarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = local.publishers
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_kms_key" "environment" {
  for_each = local.regions
  region   = each.key

  description             = "Meridian ${var.environment}: tables, secrets, logs and topics"
  enable_key_rotation     = true
  deletion_window_in_days = local.settings.protect ? 30 : 7
  policy                  = data.aws_iam_policy_document.key[each.key].json
}

resource "aws_kms_alias" "environment" {
  for_each = local.regions
  region   = each.key

  name          = module.settings.names.key_alias
  target_key_id = aws_kms_key.environment[each.key].key_id
}
