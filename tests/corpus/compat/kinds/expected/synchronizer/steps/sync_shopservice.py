class SyncShopService:
    observes = ShopService