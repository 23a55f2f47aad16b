from .service import Service
from .serviceinstance import ServiceInstance
from .shopservice import ShopService
from .customer import Customer
from .color import Color
from .grant import Grant
