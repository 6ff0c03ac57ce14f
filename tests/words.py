"""The names of things: the one Chinese name of each term, and names that must not appear.

``test_words.py`` compares both catalogues with these tables. A new term gets a row here; where a
sentence needs no name after all, it is in ``EXCEPT``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A term: where ``english`` (a pattern) stands, one of ``chinese`` stands in the translation;
    ``never`` are its other Chinese names, which stand nowhere."""

    english: str
    chinese: str
    never: tuple[str, ...] = ()


NAMES = (
    # the program
    Name(r"\bStudio\b", "工作台", ("工作室", "演播室")),
    Name(r"\bpad\b", "手写板", ("写字板", "书写板", "画板", "手写区")),
    Name(r"^(\d\. )?Build$", "搭建"),
    Name(r"^(\d\. )?Compile$", "编译"),
    Name(r"^(\d\. )?Fit$", "训练"),
    Name(r"^Map\b", "特征分布图", ("地图",)),
    Name(r"^Mistakes$", "错例"),
    Name(r"^Inside$", "网络内部"),
    Name(r"\b[Gg]lossary\b", "术语表", ("词汇表", "名词表")),
    Name(r"\btour\b", "导览", ("导游", "教程")),
    Name(r"\bconclusion\b", "结论", ("启示", "寓意")),
    Name(r"\bten bars\b", "十根柱子", ("十个柱形", "柱状条")),
    Name(r"\brefers to\b", "指向", ("所指", "指的")),
    Name(r"\bended unexpectedly", "意外结束"),
    Name(r"\b[Ii]nk (on|%)|^Ink$", "笔迹", ("墨",)),
    Name(r"\bruns? (selected|can be compared|training)\b", "次训练", ("已选 %(n)s 个",)),
    Name(r"^Delete .*\bruns?\b|\bruns? deleted", "训练", ("条记录",)),
    Name(r"^training\b(?! images)", "训练中|训练"),
    Name(r"\b[Cc]heckpoint\b", "检查点", ("存档", "保存点")),
    Name(r"\btoken\b", "令牌", ("口令", "密钥")),
    Name(r"\bdatasets?\b", "数据集", ("资料集",)),
    # the data
    Name(r"\b[Ii]mages?\b", "图|张|验证集", ("图像", "影像")),
    Name(r"\b[Pp]ixels?\b", "像素|0 到 255", ("象素",)),
    Name(r"\b[Ll]abels?\b", "标签", ("标注",)),
    Name(r"\b[Tt]raining (set|images)\b", "训练集|训练图片|图片", ("训练样本",)),
    Name(r"\b[Vv]alidation\b", "验证", ("校验",)),
    Name(r"\bscaling\b", "归一化", ("标准化", "规范化")),
    Name(r"\b[Dd]ata augmentation\b", "数据增强", ("数据扩增", "数据增广")),
    Name(r"\b[Nn]oise\b", "噪声", ("噪音", "杂讯")),
    Name(r"\b[Ss]tandard deviation\b", "标准差", ("标准偏差", "离散程度")),
    Name(r"\bmean (digit|pixel|squared)\b|^Mean\b", "均"),
    # the network
    Name(r"\b[Ll]ayers?\b", "层"),
    Name(r"\b[Hh]idden layers?\b", "隐藏层", ("隐含层", "隐层")),
    Name(r"\b[Nn]eurons?\b", "神经元", ("单元", "节点")),
    Name(r"\b[Ww]eights?\b(?! (of|on) (the whole|images)| more)", "权重", ("权值",)),
    Name(r"\b[Bb]ias(es)?\b", "偏置", ("偏差", "偏移")),
    Name(r"\b[Pp]arams?\b|\b[Pp]arameters\b", "参数"),
    Name(r"\b[Aa]ctivation\b", "激活", ("激励函数", "启动函数")),
    Name(r"\b[Cc]onvolution", "卷积"),
    Name(r"\b[Ff]ilters?\b(?! runs|$)", "滤波器|条件", ("卷积核", "过滤器")),
    Name(r"\bfeature maps?\b", "特征图"),
    Name(r"\b[Pp]ooling", "池化", ("汇聚",)),
    Name(r"\b[Bb]atch normalization\b", "批归一化", ("批标准化", "批量归一化")),
    Name(r"\b[Dd]ropout\b", "[Dd]ropout", ("随机丢弃", "随机失活", "丢弃层")),
    # learning
    Name(r"\b[Ll]oss\b", "损失", ("误差函数", "代价函数")),
    Name(r"\b[Cc]ross-entropy\b", "交叉熵", ("互熵",)),
    Name(r"\b[Mm]ean squared error\b", "均方误差", ("平方误差损失",)),
    Name(r"\b[Oo]ptimizers?\b", "优化", ("最佳化",)),
    Name(r"\b[Gg]radients?\b", "梯度"),
    Name(r"\b[Ll]earning rate\b", "学习率", ("学习速率", "学习速度")),
    Name(r"\b[Bb]atch(es)?\b", "批", ("批次",)),
    Name(r"\b[Ee]pochs?\b", "轮", ("周期", "世代", "纪元", "回合")),
    Name(r"\b[Ss]eeds?\b", "随机种子"),
    Name(r"\b[Ee]arly stopping\b", "提前停止", ("早停", "提早停止")),
    Name(r"(?<!Leibler )\b[Dd]iverge", "发散"),
    Name(r"\b[Ss]aturate", "饱和"),
    Name(r"\b[Mm]omentum\b", "动量", ("冲量",)),
    Name(r"\bstep size\b", "步长", ("步子", "步幅大小")),
    Name(r"\b[Rr]educes? the learning rate\b", "降低学习率", ("减小学习率",)),
    Name(r"\bclipp(ed|ing)\b", "裁剪|截断"),
    Name(r"\bovershoot", "越过|步长可能过大", ("迈过头", "冲过头")),
    # results
    Name(
        r"(?<!predict )\b[Pp]redict(s|ed|ions?|ion)?\b(?! correctly)",
        "预测|认|猜",
        ("答对", "答错", "作答"),
    ),
    Name(r"\b[Cc]onfidence\b", "置信度", ("把握", "信心", "可信度")),
    Name(r"\bpredicted as\b(?! (this|7))", "认成|预测为"),
    Name(r"\b[Tt]rue digits?\b", "真实数字", ("真正的数字", "实际数字")),
    Name(r"\b[Pp]robabilit(y|ies)\b", "概率", ("机率", "几率分布")),
    Name(r"(?<!\")\b[Aa]ccuracy\b", "准确率", ("正确率", "准确度")),
    Name(r"\b[Oo]verfit", "过拟合", ("过度拟合", "过适")),
    Name(r"\b[Cc]onfusion matrix\b", "混淆矩阵", ("混淆表", "误差矩阵")),
    Name(r"\b[Pp]recision\b", "精确率", ("精度", "查准率")),
    Name(r"\b[Rr]ecall\b", "召回率", ("查全率",)),
    Name(r"\b[Rr]obustness\b", "鲁棒性", ("稳健性", "健壮性")),
    Name(r"\b[Tt]hreshold\b", "阈值", ("门限", "临界值")),
)

EXCEPT = frozenset({"Exactly one of strokes, image and pixels is needed."})
"""Sentences that name keys of the API."""

NEVER_IN_ENGLISH = (
    *(r"Train on\b", r"\bchances\b", r"made room", r"put right", r"guessed otherwise"),
    *(r"become small", r"one upon the other", r"takes it up", r"\bspoke\b", r"\bcalms\b"),
    *(r"learn more steadily", r"[Aa]ltered images", r"out of one\b", r"^Made$", r"^Left$"),
    *(r"[Nn]ot over yet", r"not here yet", r"cannot be had", r"fits the filter", r"^More$"),
    *(r"\bunits?\b", r"\bpictures?\b", r"lights up", r"by heart", r"\bslope of the loss\b"),
    *(r"\bsteps? in an epoch\b", r"\bsingle step\b"),
    *(r"^learning( [·%]|$)", r"\bgo on\b.*queue|waiting to go on", r"\bprocess died\b"),
    *(r"[Ee]venly spread", r"[Bb]ell-shaped", r"\bturns each image\b", r"\bvalley\b"),
    r"(?<!mean )(?<!Mean )\b[Ss]quared error\b",
    *(r"\bmorals?\b", r"\bsure(r|st)?\b", r"\btaken for\b", r"\btakes?\b.*\bfor\b.*\bdigit\b"),
    *(r"\bwhat it thinks\b", r"\blook(s|ing)? (inside|into)\b", r"\bsays so\b", r"\bas they are\b"),
    *(r"keys (read|go|lead)\b", r"^Whose$", r"\bcome apart\b", r"\bnames? something\b", r"’[a-z]"),
    *(r"\bone a (digit|channel)\b", r"\bonce a batch\b", r"\d an? (batch|epoch|image)\b"),
    *(r"\b[Aa]nswers? (to|\d|%)", r"\bcannot answer\b", r"\blooks? for\b", r"\bstraight for\b"),
    *(r"\bfirst so many\b", r"\bon (its|their) way\b(?! back)", r"\bgoes on\b", r"\bcome in\b"),
    *(r"\bnothing to learn\b", r"(updates?|%\(time\)s) an epoch\b", r"^to (train|test)$"),
)
"""Words for which the program has a better one (patterns)."""

LATIN = frozenset(
    """
    Inkling Keras MNIST NumPy Python TensorFlow JavaScript Jupyter JSON PNG JPEG Esc Ctrl Cookie
    ReLU relu leaky relu6 elu selu lecun normal sigmoid Sigmoid softmax Softmax tanh swish
    Transformer Dense Flatten Conv2D GaussianNoise Sequential Dropout dropout model save keras
    load models npz Adam SGD RMSprop Adagrad Adadelta Nesterov AMSGrad Huber Alpha Gamma Delta
    Epsilon Beta Rho L1 L2 F1 PCA SNE log one hot max ln random constant best lang multipart
    form data application pip install train test strokes json newest image pixels uint8 URL GB
    MB INKLING ALLOWED HOSTS true false accuracy val loss monitor NaN English uint categorical
    crossentropy linear KL
    """.split()
)
"""Latin words that stand in Chinese sentences: names of things, keys and code."""
