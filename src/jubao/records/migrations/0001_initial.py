"""The first shape of the tables."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PROPOSED", "提出"),
                            ("SIGNED", "签署"),
                            ("EXECUTED", "执行"),
                            ("REJECTED", "退回"),
                            ("VOIDED", "作废"),
                            ("REFUSED", "拒绝"),
                        ],
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="行为")),
                ("staff", models.CharField(max_length=20, verbose_name="经办人")),
                ("business_date", models.DateField(db_index=True, verbose_name="业务日期")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("payload", models.TextField(verbose_name="内容")),
                ("algorithm", models.CharField(max_length=16, verbose_name="算法")),
                ("previous_mac", models.CharField(max_length=64)),
                ("mac", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "verbose_name": "审计事件",
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asset_number", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("use", models.CharField(max_length=10, verbose_name="使用状况")),
                ("value_fen", models.BigIntegerField()),
                ("acquired", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "固定资产",
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("year", models.PositiveIntegerField()),
                ("city_target", models.PositiveIntegerField(verbose_name="市局任务数")),
                ("earlier_target", models.PositiveIntegerField(verbose_name="前任务数")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "登记专项",
            },
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=160, unique=True, verbose_name="请求号")),
                ("code", models.CharField(max_length=40)),
                ("body_hash", models.CharField(max_length=64)),
                ("result", models.TextField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DelegatedPayee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme", models.CharField(max_length=3, verbose_name="代发项目")),
                ("resident_number", models.CharField(max_length=18)),
                ("name", models.CharField(max_length=100)),
                ("division", models.CharField(max_length=12)),
                ("bank", models.CharField(max_length=40)),
                ("bank_account", models.CharField(max_length=30)),
                ("monthly_fen", models.BigIntegerField()),
                ("start_month", models.IntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "代发人员",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "resident_number"), name="one_payee_per_programme"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_fen__gt", 0)), name="delegated_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "level",
                    models.CharField(choices=[("TOWNSHIP", "乡镇街道"), ("VILLAGE", "村社区")], max_length=8),
                ),
                ("parent", models.CharField(max_length=12)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区划",
            },
        ),
        migrations.CreateModel(
            name="EvaluationAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=80)),
                ("met", models.BooleanField(default=True, verbose_name="达到")),
                ("value", models.BigIntegerField(null=True, verbose_name="数值")),
                ("evidence", models.CharField(max_length=300)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "评分依据",
                "constraints": [
                    models.UniqueConstraint(fields=("year", "question"), name="one_answer_per_question")
                ],
            },
        ),
        migrations.CreateModel(
            name="FundMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("SWEEP", "归集"), ("DRAW", "请款"), ("REMIT", "上解")], max_length=8
                    ),
                ),
                ("month", models.IntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=120)),
                ("reference", models.CharField(max_length=60, unique=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "资金划转",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="movement_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InboundFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("filename", models.CharField(max_length=200)),
                ("layout", models.CharField(max_length=40)),
                ("size", models.BigIntegerField()),
                ("rows", models.BigIntegerField(verbose_name="行数")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "来文",
                "constraints": [
                    models.UniqueConstraint(fields=("sha256", "layout"), name="one_file_is_taken_in_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("group", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=40)),
                ("content", models.CharField(max_length=120)),
                ("target", models.CharField(blank=True, max_length=40)),
                ("figure", models.CharField(blank=True, max_length=80)),
                ("actual", models.CharField(blank=True, max_length=80)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "绩效指标",
                "constraints": [
                    models.UniqueConstraint(fields=("year", "number"), name="one_indicator_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="名单号")),
                ("kind", models.CharField(max_length=20)),
                ("received_from", models.CharField(max_length=120, verbose_name="来源")),
                ("compared", models.BigIntegerField(verbose_name="比对行数")),
                ("hits", models.BigIntegerField(verbose_name="命中")),
                ("candidates", models.BigIntegerField(verbose_name="疑点")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "inbound_file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="records.inboundfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "比对名单",
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("item", models.CharField(max_length=40)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "预期目标",
                "constraints": [
                    models.UniqueConstraint(fields=("year", "number"), name="one_objective_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("city", models.CharField(max_length=40)),
                ("district", models.CharField(max_length=40)),
                ("district_code", models.CharField(max_length=12)),
                ("budget_code", models.CharField(max_length=12)),
                ("superior", models.CharField(max_length=80)),
                ("posts_authorised", models.PositiveIntegerField(verbose_name="编制人数")),
                ("contact", models.CharField(blank=True, max_length=80, verbose_name="联系人")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="联络电话")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "机构",
            },
        ),
        migrations.CreateModel(
            name="Outlet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("division", models.CharField(max_length=12)),
                ("terminal", models.CharField(max_length=20)),
                ("started_date", models.DateField(verbose_name="启动日期")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "服务网点",
            },
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="批次号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("PENSION", "养老金"), ("SETTLEMENT", "退付"), ("DELEGATED", "代发")],
                        max_length=12,
                    ),
                ),
                ("month", models.IntegerField(verbose_name="发放年月")),
                ("programme", models.CharField(blank=True, max_length=3)),
                ("count", models.PositiveIntegerField()),
                ("total_fen", models.BigIntegerField()),
                ("file_sha256", models.CharField(max_length=64)),
                ("case_ref", models.CharField(max_length=160)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("LOCKED", "已审批锁定"),
                            ("RELEASED", "已放行"),
                            ("TRANSMITTED", "已交行"),
                            ("RETURNED", "已回盘"),
                        ],
                        default="LOCKED",
                        max_length=12,
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "支付批次",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0), ("total_fen__gt", 0)), name="payment_has_money"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("LOCKED", "已审批锁定"),
                            ("RELEASED", "已放行"),
                            ("TRANSMITTED", "已交行"),
                            ("RETURNED", "已回盘"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "inbound_file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.inboundfile"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="records.paymentbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "批次流转",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "state"), name="each_batch_step_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PayrollRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.IntegerField(unique=True, verbose_name="发放年月")),
                ("people", models.PositiveIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("total_fen", models.BigIntegerField()),
                ("policy_fingerprint", models.CharField(max_length=64)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_run",
                        to="records.paymentbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度发放",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("personal_number", models.CharField(max_length=20, unique=True, verbose_name="个人编号")),
                ("name", models.CharField(max_length=100, verbose_name="姓名")),
                (
                    "resident_number",
                    models.CharField(max_length=18, unique=True, verbose_name="公民身份号码"),
                ),
                ("resident_key", models.BigIntegerField(unique=True)),
                ("birth_date", models.DateField(verbose_name="出生日期")),
                ("sex", models.CharField(max_length=1, verbose_name="性别")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "参保人",
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start_month", models.IntegerField(verbose_name="待遇开始年月")),
                ("applied_date", models.DateField(null=True, verbose_name="申请日期")),
                ("contributed_years", models.PositiveSmallIntegerField(verbose_name="累计缴费年限")),
                ("required_years", models.PositiveSmallIntegerField(verbose_name="应缴年限")),
                ("balance_fen", models.BigIntegerField(verbose_name="核定时储存额")),
                ("policy_fingerprint", models.CharField(blank=True, max_length=64)),
                ("opened_with_register", models.BooleanField(default=False, verbose_name="期初接入")),
                ("suspended_from", models.IntegerField(null=True, verbose_name="暂停年月")),
                ("ended_month", models.IntegerField(null=True, verbose_name="终止年月")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "待遇核定",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_month__isnull", True)),
                        fields=("person",),
                        name="one_running_award_per_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("payee_number", models.CharField(max_length=20, verbose_name="收款人编号")),
                ("payee_name", models.CharField(max_length=100)),
                ("bank", models.CharField(max_length=40)),
                ("account", models.CharField(max_length=30)),
                ("amount_fen", models.BigIntegerField()),
                ("result", models.CharField(blank=True, max_length=6)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="records.paymentbatch",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "支付明细",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "seq"), name="one_bank_line_per_seq"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="bank_line_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enrolled_month", models.IntegerField(verbose_name="参保时间")),
                ("tier_fen", models.BigIntegerField(default=0, verbose_name="缴费档次")),
                ("earlier_years", models.PositiveSmallIntegerField(default=0, verbose_name="接入前累计年限")),
                ("enrolment_state", models.CharField(max_length=1)),
                ("contribution_state", models.CharField(max_length=1)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolment",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "参保关系",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contribution_state", "1"), ("enrolment_state", "1")),
                            models.Q(("contribution_state", "2"), ("enrolment_state", "2")),
                            models.Q(("contribution_state", "3"), ("enrolment_state__in", ["1", "2", "4"])),
                            _connector="OR",
                        ),
                        name="enrolment_state_pair",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enrolment_state", models.CharField(max_length=1)),
                ("contribution_state", models.CharField(max_length=1)),
                ("reason", models.CharField(blank=True, max_length=6, verbose_name="原因")),
                ("effective_date", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="records.enrolment",
                    ),
                ),
            ],
            options={
                "verbose_name": "参保状态变动",
            },
        ),
        migrations.CreateModel(
            name="LineReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("result", models.CharField(choices=[("PAID", "成功"), ("FAILED", "失败")], max_length=6)),
                ("code", models.CharField(blank=True, max_length=6, verbose_name="失败代码")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "bank_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned",
                        to="records.bankline",
                    ),
                ),
            ],
            options={
                "verbose_name": "回盘结果",
            },
        ),
        migrations.CreateModel(
            name="MatchCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_number", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=32, verbose_name="疑点类型")),
                ("details", models.TextField(verbose_name="对方信息")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "待核实"),
                            ("HELD", "已暂停"),
                            ("TERMINATED", "已终止"),
                            ("CLEARED", "已排除"),
                            ("REQUESTED", "已函请对方暂停"),
                        ],
                        default="OPEN",
                        max_length=12,
                    ),
                ),
                ("owner_post", models.CharField(max_length=20)),
                ("due_date", models.DateField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "match_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="match_candidates",
                        to="records.matchlist",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="match_candidates",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "疑点",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("match_list", "record_number"), name="one_candidate_per_record"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["OPEN", "HELD"]), _negated=True),
                            ("due_date__isnull", False),
                            _connector="OR",
                        ),
                        name="open_candidate_has_deadline",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CandidateEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "待核实"),
                            ("HELD", "已暂停"),
                            ("TERMINATED", "已终止"),
                            ("CLEARED", "已排除"),
                            ("REQUESTED", "已函请对方暂停"),
                        ],
                        max_length=12,
                    ),
                ),
                ("evidence", models.CharField(max_length=300)),
                ("owner_post", models.CharField(blank=True, max_length=20)),
                ("due_date", models.DateField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="records.matchcandidate",
                    ),
                ),
            ],
            options={
                "verbose_name": "疑点处理",
            },
        ),
        migrations.CreateModel(
            name="Overpayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=6)),
                ("from_month", models.IntegerField()),
                ("to_month", models.IntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("owner_post", models.CharField(max_length=20)),
                ("due_date", models.DateField()),
                ("open_fen", models.BigIntegerField(verbose_name="未追回")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overpayments",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "多发追回",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "reason"), name="one_overpayment_per_reason"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gt", 0),
                            ("open_fen__gte", 0),
                            ("open_fen__lte", models.F("amount_fen")),
                        ),
                        name="recovery_never_exceeds_overpayment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverpaidMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.IntegerField()),
                ("item", models.CharField(max_length=6)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "overpayment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="months",
                        to="records.overpayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "多发明细",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("overpayment", "month", "item"), name="one_overpaid_month_and_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="overpaid_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DelegatedLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.IntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("state", models.CharField(default="DUE", max_length=6)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "bank_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegated_lines",
                        to="records.bankline",
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="records.delegatedpayee",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegated_lines",
                        to="records.paymentbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "代发明细",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["DUE", "PAID"])),
                        fields=("payee", "month"),
                        name="one_live_delegated_line",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REFUND", "个人账户返还"),
                            ("FUNERAL", "丧葬补助金"),
                            ("BACKPAY", "终止补发"),
                            ("TRANSFER", "关系转出"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("payee_name", models.CharField(max_length=120)),
                ("payee_bank", models.CharField(blank=True, max_length=60)),
                ("payee_account", models.CharField(max_length=40)),
                ("case_ref", models.CharField(max_length=160)),
                ("state", models.CharField(default="DUE", max_length=8)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "一次性支付",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind"), name="each_payout_once_per_person"),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="payout_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["DUE", "ORDERED", "PAID", "FAILED"])),
                        name="payout_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "bank_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_order",
                        to="records.bankline",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="records.payout",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付单",
            },
        ),
        migrations.CreateModel(
            name="PayrollLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.IntegerField(verbose_name="待遇所属月")),
                ("item", models.CharField(max_length=6, verbose_name="待遇项目")),
                ("kind", models.CharField(blank=True, max_length=2, verbose_name="补发类型")),
                ("adjustment", models.BigIntegerField(default=0, verbose_name="调整序号")),
                ("amount_fen", models.BigIntegerField()),
                ("state", models.CharField(default="DUE", max_length=6)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_lines",
                        to="records.award",
                    ),
                ),
                (
                    "bank_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_lines",
                        to="records.bankline",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_lines",
                        to="records.paymentbatch",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_lines",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "发放明细",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["DUE", "PAID"])),
                        fields=("person", "month", "item", "adjustment"),
                        name="one_live_line",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="payroll_line_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["DUE", "PAID", "FAILED"])),
                        name="payroll_line_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("resident_number", models.CharField(db_index=True, max_length=18)),
                ("valid_from", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "身份信息",
            },
        ),
        migrations.CreateModel(
            name="Certification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("certified_date", models.DateField()),
                ("method", models.CharField(max_length=2)),
                ("checker", models.CharField(max_length=80)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certifications",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "资格认证",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "certified_date"), name="one_certification_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=3)),
                ("valid_from", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="categories",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "参保身份",
            },
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank", models.CharField(max_length=40, verbose_name="开户银行")),
                ("account", models.CharField(max_length=30, verbose_name="账号")),
                ("card_number", models.CharField(blank=True, max_length=30, verbose_name="社保卡号")),
                ("usable_from", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "银行账户",
            },
        ),
        migrations.CreateModel(
            name="AccountBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=16)),
                ("balance_fen", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "个人账户余额",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "source"), name="one_balance_per_source"),
                    models.CheckConstraint(
                        condition=models.Q(("balance_fen__gte", 0)), name="account_never_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=160, unique=True)),
                ("code", models.CharField(db_index=True, max_length=40, verbose_name="行为")),
                ("case_ref", models.CharField(db_index=True, max_length=160, verbose_name="案件号")),
                ("maker", models.CharField(max_length=20, verbose_name="经办人")),
                ("business_date", models.DateField(verbose_name="业务日期")),
                ("proposed_at", models.DateTimeField()),
                ("due_date", models.DateField(null=True, verbose_name="办结期限")),
                ("arguments", models.TextField()),
                ("preview", models.TextField()),
                ("hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PENDING", "待审"),
                            ("EXECUTED", "已办结"),
                            ("REJECTED", "已退回"),
                            ("VOID", "已作废"),
                        ],
                        db_index=True,
                        default="PENDING",
                        max_length=8,
                    ),
                ),
                ("next_step", models.PositiveSmallIntegerField(default=1)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "申请",
            },
        ),
        migrations.CreateModel(
            name="Residence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("division", models.CharField(max_length=12, verbose_name="村社区")),
                ("household_type", models.CharField(max_length=2, verbose_name="户口性质")),
                ("address", models.CharField(max_length=200)),
                ("phone", models.CharField(max_length=30)),
                ("valid_from", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residences",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "户籍",
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=6)),
                ("event_date", models.DateField(verbose_name="死亡或终止日期")),
                ("reported_date", models.DateField(null=True)),
                ("burial", models.CharField(blank=True, max_length=4, verbose_name="安葬方式")),
                ("refundable_fen", models.BigIntegerField(verbose_name="可退账户金额")),
                ("personal_fen", models.BigIntegerField(verbose_name="其中个人缴费")),
                ("backpay_fen", models.BigIntegerField(verbose_name="补发")),
                ("overpaid_fen", models.BigIntegerField(verbose_name="多发")),
                ("funeral_fen", models.BigIntegerField(verbose_name="丧葬补助金")),
                ("offset_fen", models.BigIntegerField(verbose_name="抵扣")),
                ("refund_fen", models.BigIntegerField(verbose_name="退款合计")),
                ("to_recover_fen", models.BigIntegerField(verbose_name="应追回")),
                ("memo", models.CharField(blank=True, max_length=300)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "award",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.award"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "终止结算",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "refund_fen",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("refundable_fen"), "+", models.F("backpay_fen")
                                        ),
                                        "+",
                                        models.F("funeral_fen"),
                                    ),
                                    "-",
                                    models.F("offset_fen"),
                                ),
                            ),
                            (
                                "to_recover_fen",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("overpaid_fen"), "-", models.F("offset_fen")
                                ),
                            ),
                            ("offset_fen__gte", 0),
                            ("refund_fen__gte", 0),
                            ("to_recover_fen__gte", 0),
                        ),
                        name="settlement_adds_up",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BackpayMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.IntegerField()),
                ("item", models.CharField(max_length=6)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backpay_months",
                        to="records.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "终止补发明细",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("settlement", "month", "item"), name="one_backpay_month_and_item"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_ref", models.CharField(max_length=160)),
                ("step", models.PositiveSmallIntegerField()),
                ("role", models.CharField(max_length=12)),
                ("post", models.CharField(max_length=20, verbose_name="岗位")),
                ("person", models.CharField(max_length=20, verbose_name="签署人")),
                ("decision", models.CharField(max_length=8)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("shown_hash", models.CharField(max_length=64)),
                ("business_date", models.DateField()),
                ("signed_at", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="records.proposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "签署",
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "step"), name="one_signature_per_step"),
                    models.UniqueConstraint(
                        fields=("case_ref", "person"), name="no_person_signs_a_case_twice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["AGREE", "REJECT"])), name="signature_decides"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Spending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField()),
                ("item", models.CharField(max_length=40)),
                ("group", models.CharField(max_length=40)),
                ("three_public", models.CharField(blank=True, max_length=40, verbose_name="三公类别")),
                ("amount_fen", models.BigIntegerField()),
                ("payee", models.CharField(max_length=120)),
                ("voucher", models.CharField(max_length=40, unique=True, verbose_name="凭证号")),
                ("memo", models.CharField(blank=True, max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "部门支出",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="spending_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="工号")),
                ("name", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=40, verbose_name="职务")),
                ("section", models.CharField(max_length=40, verbose_name="科室")),
                ("external", models.BooleanField(default=False, verbose_name="上级人员")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "工作人员",
            },
        ),
        migrations.CreateModel(
            name="PostHolding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("post", models.CharField(max_length=20, verbose_name="岗位")),
                ("capacity", models.CharField(choices=[("A", "A岗"), ("B", "B岗")], max_length=1)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="records.staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "任岗",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("staff", "post", "valid_from"), name="one_holding_per_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="records.staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "缺勤",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))), name="absence_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=30, verbose_name="账户")),
                ("date", models.DateField()),
                ("line", models.BigIntegerField(verbose_name="序号")),
                ("reference", models.CharField(max_length=60, verbose_name="流水号")),
                ("counterparty", models.CharField(max_length=120)),
                ("debit_fen", models.BigIntegerField()),
                ("credit_fen", models.BigIntegerField()),
                ("balance_fen", models.BigIntegerField()),
                ("memo", models.CharField(blank=True, max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "银行流水",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "reference"), name="one_statement_line_once"),
                    models.UniqueConstraint(fields=("account", "line"), name="statement_lines_without_gap"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("credit_fen", 0), ("debit_fen__gt", 0)),
                                models.Q(("credit_fen__gt", 0), ("debit_fen", 0)),
                                _connector="OR",
                            ),
                            ("balance_fen__gte", 0),
                        ),
                        name="statement_line_one_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContributionBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=1)),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="批次号")),
                ("received_date", models.DateField()),
                ("count", models.PositiveIntegerField()),
                ("total_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "inbound_file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="records.inboundfile"
                    ),
                ),
                (
                    "statement_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="records.statementline"
                    ),
                ),
            ],
            options={
                "verbose_name": "缴费批次",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0), ("total_fen__gt", 0)), name="batch_has_money"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("year", models.PositiveIntegerField(verbose_name="缴费年度")),
                ("kind", models.CharField(max_length=2, verbose_name="缴费类型")),
                ("amount_fen", models.BigIntegerField()),
                ("received_date", models.DateField(db_index=True, verbose_name="到账日期")),
                ("receipt_number", models.CharField(blank=True, max_length=40)),
                ("paid_by", models.CharField(max_length=8)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="records.contributionbatch",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.outlet"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "缴费",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "line"), name="one_contribution_per_line"),
                    models.UniqueConstraint(fields=("person", "year"), name="one_contribution_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="contribution_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Crediting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("credited_date", models.DateField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "contribution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crediting",
                        to="records.contribution",
                    ),
                ),
            ],
            options={
                "verbose_name": "记账划拨",
            },
        ),
        migrations.CreateModel(
            name="AccountEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=16, verbose_name="来源")),
                ("kind", models.CharField(max_length=20, verbose_name="类型")),
                ("amount_fen", models.BigIntegerField()),
                ("year", models.PositiveIntegerField(verbose_name="记账年度")),
                ("value_month", models.IntegerField(verbose_name="起息月")),
                (
                    "reversal_of",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.accountentry"
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "contribution",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.contribution"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account_entries",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "个人账户记账",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "INTEREST")),
                        fields=("person", "source", "year"),
                        name="one_interest_a_year_and_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen", 0), _negated=True), name="entry_moves_money"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("OFFSET", "抵扣"), ("RECEIPT", "退回")], max_length=8)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "overpayment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="records.overpayment",
                    ),
                ),
                (
                    "statement_line",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.statementline"
                    ),
                ),
            ],
            options={
                "verbose_name": "追回",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="recovery_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "OFFSET"), ("statement_line__isnull", True)),
                            models.Q(("kind", "RECEIPT"), ("statement_line__isnull", False)),
                            _connector="OR",
                        ),
                        name="recovery_receipt_has_bank_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FiscalReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("notice", models.CharField(max_length=80, verbose_name="文号")),
                ("level", models.CharField(max_length=10, verbose_name="级次")),
                ("purpose", models.CharField(max_length=20, verbose_name="用途")),
                ("amount_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "statement_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="records.statementline"
                    ),
                ),
            ],
            options={
                "verbose_name": "财政补助",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="fiscal_receipt_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DelegatedFunding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme", models.CharField(max_length=3)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "statement_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="records.statementline"
                    ),
                ),
            ],
            options={
                "verbose_name": "代发资金",
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=40)),
                ("sent_date", models.DateField()),
                ("receiver", models.CharField(max_length=80)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "信息报送",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("title", "sent_date", "receiver"), name="one_submission_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=20)),
                ("respondents", models.PositiveIntegerField()),
                ("positive", models.PositiveIntegerField()),
                ("surveyed_date", models.DateField()),
                ("division", models.CharField(blank=True, max_length=12)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "问卷调查",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("positive__lte", models.F("respondents")), ("respondents__gt", 0)
                        ),
                        name="survey_counts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("year", models.PositiveIntegerField()),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("count", models.BigIntegerField(null=True)),
                ("source", models.CharField(max_length=120)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "任务",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("direction", models.CharField(choices=[("IN", "转入"), ("OUT", "转出")], max_length=3)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("WITHIN_PROVINCE", "省内关系转移"),
                            ("CROSS_PROVINCE", "跨省关系转移"),
                            ("FROM_EMPLOYEES", "职保转居保"),
                            ("TO_EMPLOYEES", "居保转职保"),
                        ],
                        max_length=16,
                    ),
                ),
                ("agency", models.CharField(max_length=120, verbose_name="对方经办机构")),
                ("amount_fen", models.BigIntegerField()),
                ("years", models.PositiveSmallIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="records.person",
                    ),
                ),
                (
                    "statement_line",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.statementline"
                    ),
                ),
            ],
            options={
                "verbose_name": "关系转移",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("direction", "OUT"),
                            ("amount_fen", 0),
                            ("statement_line__isnull", False),
                            _connector="OR",
                        ),
                        name="transfer_in_has_bank_line",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrears",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=2, verbose_name="补发类型")),
                ("from_month", models.IntegerField()),
                ("to_month", models.IntegerField()),
                ("item", models.CharField(blank=True, max_length=6, verbose_name="待遇项目")),
                ("amount_fen", models.BigIntegerField(null=True, verbose_name="月差额")),
                ("taken_run", models.BigIntegerField(null=True, verbose_name="列入批次")),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrears",
                        to="records.award",
                    ),
                ),
            ],
            options={
                "verbose_name": "待补发",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_month__gt", models.F("from_month"))), name="arrears_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardComponent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=6, verbose_name="待遇项目")),
                ("amount_fen", models.BigIntegerField()),
                ("from_month", models.IntegerField()),
                ("to_month", models.IntegerField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="records.award",
                    ),
                ),
            ],
            options={
                "verbose_name": "待遇项目",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("award", "item", "from_month", "act"), name="one_amount_per_item_and_act"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="component_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("STARTED", "开始"),
                            ("SUSPENDED", "暂停"),
                            ("RESUMED", "续发"),
                            ("ENDED", "终止"),
                        ],
                        max_length=10,
                    ),
                ),
                ("month", models.IntegerField(verbose_name="起始年月")),
                ("reason", models.CharField(blank=True, max_length=6, verbose_name="原因")),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("evidence_date", models.DateField(null=True)),
                ("next_step_post", models.CharField(blank=True, max_length=20, verbose_name="下一步岗位")),
                ("due_date", models.DateField(null=True, verbose_name="下一步期限")),
                ("memo", models.CharField(blank=True, max_length=300)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="records.award"
                    ),
                ),
            ],
            options={
                "verbose_name": "待遇状态变动",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "SUSPENDED"), _negated=True),
                            models.Q(
                                ("due_date__isnull", False), models.Q(("next_step_post", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="nothing_rests_without_a_next_step",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField()),
                ("direction", models.CharField(choices=[("收入", "收入"), ("支出", "支出")], max_length=2)),
                ("item", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("group", models.CharField(max_length=40)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "部门预算",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "direction", "item"), name="one_budget_line_per_item"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_number", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(max_length=100)),
                ("resident_number", models.CharField(max_length=18)),
                ("division", models.CharField(max_length=12)),
                ("completed", models.BooleanField()),
                ("code", models.CharField(max_length=8)),
                ("registered_date", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="records.campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "登记结果",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "resident_number"), name="one_result_per_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("completed", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="cannot_record_needs_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_number", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=100)),
                ("resident_number", models.CharField(max_length=18)),
                ("division", models.CharField(max_length=12)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="records.campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "登记任务",
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "record_number"), name="one_task_per_record")
                ],
            },
        ),
    ]
