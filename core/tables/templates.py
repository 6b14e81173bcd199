"""The two files to start from: the fixed schema with a few rows, for download."""

BEHAVIOR_NAME = "UserBehavior.csv"
BEHAVIOR_TEMPLATE = """\
UserID,ProductID,Behavior,Time
0001,A-100,2,2024-03-01 09:15:00
0001,A-100,1,2024-03-01 09:20:00
0002,B-200,2,2024-03-02 18:05:00
0002,A-100,1,2024-03-04 12:00:00
0003,C-300,1,2024-03-05 20:30:00
"""

PRODUCTS_NAME = "ProductInfo.csv"
PRODUCTS_TEMPLATE = """\
ProductID,Category,Price,Rating,Title
A-100,Kitchen|Tea,12.50,4.5,"Teapot, blue"
B-200,Kitchen|Tea,4.20,4.1,Tea towel
C-300,Garden,30.00,,Lantern
"""
