"""An answer may also wait in the house until the resident writes."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.states import Delivered
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0021_desk')]

    initial = False

    operations = [
        ops.AlterField(
            model_name='EnquiryLine',
            name='delivered',
            field=fields.CharEnumField(null=True, description='SENT: sent\nFAILED: failed\nUNKNOWN: unknown\nLEFT: left', enum_type=Delivered, max_length=8),
        ),
        ops.AlterField(
            model_name='Notification',
            name='outcome',
            field=fields.CharEnumField(null=True, description='SENT: sent\nFAILED: failed\nUNKNOWN: unknown\nLEFT: left', enum_type=Delivered, max_length=8),
        ),
    ]
