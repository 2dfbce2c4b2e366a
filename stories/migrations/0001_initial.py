import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import stories.models.story
import taggit.managers
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('staff', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicationOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'stories_publication_order',
            },
        ),
        migrations.CreateModel(
            name='Story',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=stories.models.story.new_public_id, editable=False, max_length=16, unique=True)),
                ('submission', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('writer', models.UUIDField(editable=False, null=True)),
                ('body', models.TextField(max_length=12000, verbose_name='what happened')),
                ('line', models.CharField(blank=True, help_text='The sentence people repeat, without quotation marks.', max_length=280, verbose_name='the line')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('happened_on', models.DateField(blank=True, null=True, verbose_name='when')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='where')),
                ('setting', models.CharField(choices=[('here', 'Here'), ('elsewhere', 'Seen elsewhere')], default='here', max_length=10, verbose_name='setting')),
                ('organisation', models.CharField(blank=True, help_text='The other organisation, if it was seen elsewhere.', max_length=200, verbose_name='whose people')),
                ('served', models.CharField(choices=[('customer', 'A customer'), ('colleague', 'A colleague'), ('community', 'The community')], default='customer', max_length=10, verbose_name='served')),
                ('recovery', models.BooleanField(default=False, verbose_name='it went wrong first and was put right')),
                ('went_wrong', models.CharField(blank=True, max_length=200, verbose_name='what went wrong')),
                ('initiative', models.CharField(choices=[('own', 'On their own'), ('colleagues', 'With colleagues'), ('manager', 'With a manager'), ('unknown', 'Not known')], default='unknown', max_length=10, verbose_name='how it was decided')),
                ('took_time', models.CharField(blank=True, choices=[('seconds', 'A few seconds'), ('minutes', 'A few minutes'), ('hour', 'Up to an hour'), ('hours', 'A few hours'), ('days', 'Days')], max_length=10, verbose_name='time')),
                ('took_money', models.CharField(blank=True, choices=[('nothing', 'Nothing'), ('little', 'Small change'), ('some', 'Some money'), ('much', 'Real money')], max_length=10, verbose_name='money')),
                ('took_permission', models.CharField(blank=True, choices=[('nobody', 'Nobody asked'), ('after', 'Told somebody afterwards'), ('before', 'Asked first')], max_length=10, verbose_name='permission')),
                ('anonymous', models.BooleanField(default=False, verbose_name='told anonymously')),
                ('may_show_outside', models.BooleanField(default=False, verbose_name='may be shown outside')),
                ('customer_agreed', models.BooleanField(default=False, verbose_name='the customer agreed')),
                ('visibility', models.CharField(choices=[('organisation', 'Everyone here'), ('public', 'Anyone, outside too')], default='organisation', max_length=12, verbose_name='who may see it')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('pending', 'Waiting to be read'), ('sent_back', 'Sent back'), ('published', 'Published'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10, verbose_name='status')),
                ('gold', models.BooleanField(default=False, verbose_name='gold standard')),
                ('seq', models.BigIntegerField(editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='sent in')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published')),
                ('line_widths', models.JSONField(default=list, editable=False)),
                ('salute_count', models.PositiveIntegerField(default=0, editable=False)),
                ('retelling_count', models.PositiveIntegerField(default=0, editable=False)),
                ('inspired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inspired', to='stories.story', verbose_name='inspired by')),
                ('teller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='told', to='staff.employee', verbose_name='teller')),
            ],
            options={
                'verbose_name': 'story',
                'verbose_name_plural': 'stories',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Trait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('slug', models.SlugField(allow_unicode=True, max_length=100, unique=True, verbose_name='slug')),
                ('meaning', models.CharField(blank=True, max_length=200, verbose_name='meaning')),
                ('question', models.CharField(blank=True, max_length=200, verbose_name='question for the huddle')),
                ('hue', models.CharField(choices=[('personal', 'Blue, pink ink'), ('relational', 'Forest, lime ink'), ('generous', 'Wine, blush ink'), ('seen-through', 'Petrol, mint ink'), ('empowered', 'Night, yellow ink'), ('unexpected', 'Vermilion, black ink'), ('playful', 'Yellow, blue ink'), ('put-right', 'Jade, dark green ink'), ('resourceful', 'Olive, dark olive ink'), ('caring', 'Pink, wine ink'), ('surprising', 'Apricot, plum ink'), ('remembered', 'Lilac, purple ink'), ('sincere', 'Sky, navy ink'), ('honest', 'Grey, black ink'), ('noticed', 'Lime, forest ink'), ('small-thing', 'Rose, red ink'), ('violet', 'Violet, lime ink'), ('moss', 'Moss, rose ink'), ('brick', 'Brick, cream ink'), ('dusk', 'Indigo, apricot ink'), ('lagoon', 'Lagoon, navy ink'), ('coral', 'Raspberry, black ink'), ('straw', 'Straw, violet ink'), ('mint', 'Mint, wine ink'), ('plain', 'Quiet grey')], default='plain', max_length=20, verbose_name='inks')),
                ('standing', models.CharField(choices=[('curated', 'In use'), ('proposed', 'Proposed by a teller'), ('retired', 'Retired'), ('merged', 'Merged into another'), ('dropped', 'Not taken up')], default='curated', max_length=10, verbose_name='standing')),
                ('position', models.PositiveSmallIntegerField(default=100, verbose_name='position')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='stories.trait', verbose_name='merged into')),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='staff.employee')),
            ],
            options={
                'verbose_name': 'trait',
                'verbose_name_plural': 'traits',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='StoryTrait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evidence', models.TextField(blank=True, max_length=1000, verbose_name='words that show it')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('seq', models.BigIntegerField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='story_traits', to='stories.story', verbose_name='story')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='on_stories', to='stories.trait', verbose_name='trait')),
            ],
            options={
                'verbose_name': 'trait of a story',
                'verbose_name_plural': 'traits of a story',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='story',
            name='traits',
            field=taggit.managers.TaggableManager(blank=True, help_text='A comma-separated list of tags.', through='stories.StoryTrait', to='stories.Trait', verbose_name='Tags'),
        ),
        migrations.CreateModel(
            name='Salute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='salutes', to='staff.employee')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='salutes', to='stories.story')),
            ],
            options={
                'verbose_name': 'salute',
                'verbose_name_plural': 'salutes',
                'constraints': [models.UniqueConstraint(fields=('story', 'reader'), name='salute_once_a_reader')],
            },
        ),
        migrations.CreateModel(
            name='Retelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_to', models.CharField(choices=[('team', 'My team'), ('friend', 'A friend'), ('customer', 'A customer')], max_length=10, verbose_name='told to')),
                ('heads', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='how many heard it')),
                ('told_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='day')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='retellings', to='staff.employee')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='retellings', to='stories.story')),
            ],
            options={
                'verbose_name': 'retelling',
                'verbose_name_plural': 'retellings',
                'ordering': ['told_on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('story', 'reader', 'told_to', 'told_on'), name='retelling_once_a_day'), models.CheckConstraint(condition=models.Q(('heads__isnull', True), models.Q(('heads__gte', 1), ('heads__lte', 500)), _connector='OR'), name='retelling_heads_in_bounds'), models.CheckConstraint(condition=models.Q(('told_to__in', ['team', 'friend', 'customer'])), name='retelling_told_to_known')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('published', 'Your story is up'), ('credited', 'You are in a story'), ('sent_back', 'Sent back with a note'), ('rejected', 'Not published')], max_length=10)),
                ('once', models.CharField(blank=True, max_length=40)),
                ('reason', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='staff.employee')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='stories.story')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['created_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['created_at'], name='notice_unsent')],
                'constraints': [models.UniqueConstraint(fields=('story', 'to', 'kind', 'once'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1000, verbose_name='note')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='staff.employee')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='stories.story')),
            ],
            options={
                'verbose_name': 'note of thanks',
                'verbose_name_plural': 'notes of thanks',
                'ordering': ['created_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_is_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='StoryEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_name', models.CharField(blank=True, max_length=200)),
                ('action', models.CharField(choices=[('submitted', 'Sent in'), ('published', 'Published'), ('sent_back', 'Sent back'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('edited', 'Edited'), ('gold', 'Gold standard'), ('visibility', 'Visibility changed'), ('imported', 'Imported')], max_length=20, verbose_name='what')),
                ('status_before', models.CharField(blank=True, max_length=10)),
                ('status_after', models.CharField(blank=True, max_length=10)),
                ('reason', models.TextField(blank=True, verbose_name='why')),
                ('changes', models.JSONField(blank=True, default=dict, verbose_name='changes')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='stories.story', verbose_name='story')),
            ],
            options={
                'verbose_name': 'record',
                'verbose_name_plural': 'records',
                'ordering': ['-at', '-pk'],
                'get_latest_by': ['at', 'pk'],
                'indexes': [models.Index(fields=['story', '-at'], name='storyevent_story_at')],
            },
        ),
        migrations.AddConstraint(
            model_name='trait',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('standing', 'merged'), ('merged_into__isnull', False)), models.Q(models.Q(('standing', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='trait_merged_into_another'),
        ),
        migrations.AddConstraint(
            model_name='trait',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='trait_not_merged_into_itself'),
        ),
        migrations.AddIndex(
            model_name='storytrait',
            index=models.Index(fields=['tag', '-seq'], name='storytrait_trait_seq'),
        ),
        migrations.AddConstraint(
            model_name='storytrait',
            constraint=models.UniqueConstraint(fields=('content_object', 'tag'), name='storytrait_once'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['submitted_at'], name='story_queue'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['submission'], name='story_submission'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['teller', '-updated_at'], name='story_teller'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['-retelling_count', '-seq'], name='story_most_retold'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['-salute_count', '-seq'], name='story_most_saluted'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.UniqueConstraint(fields=('teller', 'submission'), name='story_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='story_says_something'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'pending', 'sent_back', 'published', 'rejected', 'withdrawn'])), name='story_status_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('setting__in', ['here', 'elsewhere'])), name='story_setting_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('served__in', ['customer', 'colleague', 'community'])), name='story_served_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('initiative__in', ['own', 'colleagues', 'manager', 'unknown'])), name='story_initiative_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ['organisation', 'public'])), name='story_visibility_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('took_time__in', ['', 'seconds', 'minutes', 'hour', 'hours', 'days'])), name='story_took_time_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('took_money__in', ['', 'nothing', 'little', 'some', 'much'])), name='story_took_money_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('took_permission__in', ['', 'nobody', 'after', 'before'])), name='story_took_permission_known'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('seq__isnull', False), ('status', 'published')), models.Q(models.Q(('status', 'published'), _negated=True), ('seq__isnull', True)), _connector='OR'), name='story_seq_while_published'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('submitted_at__isnull', False), _connector='OR'), name='story_sent_in_before_more'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('gold', False), ('status', 'published'), _connector='OR'), name='story_gold_is_published'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('setting', 'elsewhere'), ('organisation', ''), _connector='OR'), name='story_organisation_is_elsewhere', violation_error_message='Another organisation is named only if it was elsewhere.'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('recovery', True), ('went_wrong', ''), _connector='OR'), name='story_went_wrong_is_recovery', violation_error_message='What went wrong is told only of what was put right.'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('visibility', 'organisation'), models.Q(('may_show_outside', True), models.Q(('customer_agreed', True), models.Q(('served', 'customer'), _negated=True), _connector='OR')), _connector='OR'), name='story_public_was_agreed', violation_error_message='It may only be shown outside if teller and customer agreed.'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('inspired_by__isnull', True), models.Q(('inspired_by', models.F('id')), _negated=True), _connector='OR'), name='story_not_inspired_by_itself'),
        ),
    ]
