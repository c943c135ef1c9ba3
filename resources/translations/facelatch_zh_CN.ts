<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AddressBar</name>
    <message>
        <source>Video, picture, folder, or rtsp://… http://…</source>
        <translation>视频、图片、文件夹，或 rtsp://… http://…</translation>
    </message>
    <message>
        <source>File or address</source>
        <translation>文件或地址</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>Choose a video or a picture</source>
        <translation>选择视频或图片</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Use the demo</source>
        <translation>使用演示</translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>Tried %n time(s); it goes on being tried.</source>
        <translation>
            <numerusform>已尝试 %n 次，仍在继续尝试。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EmptyPane</name>
    <message>
        <source>Part of a name is enough.</source>
        <translation>输入姓名的一部分即可。</translation>
    </message>
    <message>
        <source>Show everybody</source>
        <translation>显示所有人</translation>
    </message>
    <message>
        <source>Nobody is enrolled yet</source>
        <translation>还没有登记任何人</translation>
    </message>
    <message>
        <source>Reading who is enrolled</source>
        <translation>正在读取登记人员</translation>
    </message>
    <message>
        <source>Who is enrolled cannot be read</source>
        <translation>无法读取登记人员</translation>
    </message>
    <message>
        <source>Enrol the first person in front of the camera.</source>
        <translation>请让第一个人站到摄像头前进行登记。</translation>
    </message>
    <message>
        <source>Enrol a person</source>
        <translation>登记人员</translation>
    </message>
    <message>
        <source>Nobody has a name with “{text}” in it</source>
        <translation>没有姓名中含“{text}”的人</translation>
    </message>
</context>
<context>
    <name>EventsCard</name>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Who is recognised is listed here until the window closes.</source>
        <translation>识别到的人会列在这里，直到窗口关闭。</translation>
    </message>
    <message>
        <source>Recent verdicts</source>
        <translation>最近的识别结果</translation>
    </message>
</context>
<context>
    <name>LatencyCard</name>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Solid: the median. Thin: the 95th percentile. In milliseconds, over the last 150 frames.</source>
        <translation>粗条为中位数，细线为第 95 百分位；单位毫秒，取最近 150 帧。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>MessagePane</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Use the demo</source>
        <translation>使用演示</translation>
    </message>
    <message>
        <source>Choose another</source>
        <translation>另选一个</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Play again</source>
        <translation>重新播放</translation>
    </message>
</context>
<context>
    <name>NamingStep</name>
    <message>
        <source>Enrol this person</source>
        <translation>登记此人</translation>
    </message>
    <message>
        <source>Ask for their consent first. Only they should be in front of the camera.</source>
        <translation>请先征得本人同意。摄像头前只应有此人。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>First and last name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Take the pictures (Enter)</source>
        <translation>开始拍摄 (Enter)</translation>
    </message>
    <message>
        <source>Save (Enter)</source>
        <translation>保存 (Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close without storing anything (Esc)</source>
        <translation>关闭，不保存任何内容 (Esc)</translation>
    </message>
    <message>
        <source>This looks like {name}, who is enrolled already.</source>
        <translation>看起来是 {name}，此人已登记。</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation>关闭此消息 (Esc)</translation>
    </message>
</context>
<context>
    <name>PeopleModel</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Enrolled</source>
        <translation>登记日期</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>按姓名搜索</translation>
    </message>
    <message>
        <source>Search by name (Ctrl+F)</source>
        <translation>按姓名搜索 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Enrol a person</source>
        <translation>登记人员</translation>
    </message>
    <message>
        <source>Enrol whoever is in front of the camera (Ctrl+N)</source>
        <translation>登记摄像头前的人 (Ctrl+N)</translation>
    </message>
    <message>
        <source>People enrolled</source>
        <translation>已登记人员</translation>
    </message>
    <message>
        <source>{count} enrolled</source>
        <translation>已登记 {count} 人</translation>
    </message>
    <message>
        <source>{count} found</source>
        <translation>找到 {count} 人</translation>
    </message>
</context>
<context>
    <name>PersonCard</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Rename (F2)</source>
        <translation>重命名 (F2)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete (Del)</source>
        <translation>删除 (Del)</translation>
    </message>
    <message>
        <source>Save name</source>
        <translation>保存姓名</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Delete nothing (Esc)</source>
        <translation>不删除 (Esc)</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>新姓名</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Enrolled {date}</source>
        <translation>登记于 {date}</translation>
    </message>
    <message>
        <source>All templates go with the name. This cannot be undone.</source>
        <translation>姓名和全部模板都会被删除，无法撤销。</translation>
    </message>
    <message>
        <source>Delete {name} for good</source>
        <translation>永久删除 {name}</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Camera picture</source>
        <translation>摄像头画面</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Live picture (Ctrl+1)</source>
        <translation>实时画面 (Ctrl+1)</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Who is enrolled (Ctrl+2)</source>
        <translation>已登记人员 (Ctrl+2)</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Theme (Alt+T)</source>
        <translation>主题 (Alt+T)</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Language (Alt+L)</source>
        <translation>语言 (Alt+L)</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Camera: none</source>
        <translation>摄像头：无</translation>
    </message>
    <message>
        <source>Camera: {name}</source>
        <translation>摄像头：{name}</translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} 帧/秒</translation>
    </message>
    <message>
        <source>{count} dropped</source>
        <translation>丢弃 {count} 帧</translation>
    </message>
    <message>
        <source>Engine: loading</source>
        <translation>引擎：正在加载</translation>
    </message>
    <message>
        <source>Engine: {provider}</source>
        <translation>引擎：{provider}</translation>
    </message>
    <message>
        <source>Engine: stopped</source>
        <translation>引擎：已停止</translation>
    </message>
</context>
<context>
    <name>TakingStep</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>{taken} of {wanted} pictures</source>
        <translation>已拍 {taken} / {wanted} 张</translation>
    </message>
    <message>
        <source>Look straight at the camera, alone, in even light.</source>
        <translation>请独自正对摄像头，保持光线均匀。</translation>
    </message>
    <message>
        <source>Nothing was stored.</source>
        <translation>未保存任何内容。</translation>
    </message>
    <message>
        <source>Storing the pictures</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>The pictures were interrupted</source>
        <translation>拍摄已中断</translation>
    </message>
    <message>
        <source>The camera is back.</source>
        <translation>摄像头已恢复。</translation>
    </message>
    <message>
        <source>{name} is enrolled</source>
        <translation>{name} 已登记</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) stored</source>
        <translation>
            <numerusform>已保存 %n 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>Look into the camera to see it work.</source>
        <translation>看向摄像头，试试效果。</translation>
    </message>
    <message>
        <source>The pictures are kept until you leave.</source>
        <translation>离开之前，照片会一直保留。</translation>
    </message>
    <message>
        <source>Recognised in the picture.</source>
        <translation>画面中已识别。</translation>
    </message>
    <message>
        <source>Not stored yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>No face was in the picture.</source>
        <translation>画面中没有人脸。</translation>
    </message>
    <message>
        <source>More than one person was in the picture.</source>
        <translation>画面中不止一人。</translation>
    </message>
    <message>
        <source>The person in the picture changed.</source>
        <translation>画面中换了人。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>Close without storing anything (Esc)</source>
        <translation>关闭，不保存任何内容 (Esc)</translation>
    </message>
</context>
<context>
    <name>TemplateModel</name>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Quality {percent} %</source>
        <translation>质量 {percent}%</translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Camera: {name} (Alt+C)</source>
        <translation>摄像头：{name} (Alt+C)</translation>
    </message>
    <message>
        <source>Camera: {name}</source>
        <translation>摄像头：{name}</translation>
    </message>
    <message>
        <source>Strictness: {point}</source>
        <translation>严格程度：{point}</translation>
    </message>
    <message>
        <source>{point} would be taken for a person enrolled (Alt+S)</source>
        <translation>{point}会被误认为已登记人员 (Alt+S)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Hide the panel</source>
        <translation>隐藏侧栏</translation>
    </message>
    <message>
        <source>Show the panel</source>
        <translation>显示侧栏</translation>
    </message>
    <message>
        <source>Enrol this person</source>
        <translation>登记此人</translation>
    </message>
    <message>
        <source>Make the person in front of the camera known (Ctrl+E)</source>
        <translation>登记摄像头前的人 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>Camera {number}</source>
        <translation>摄像头 {number}</translation>
    </message>
    <message>
        <source>No camera is plugged in</source>
        <translation>未连接摄像头</translation>
    </message>
    <message>
        <source>File or address…</source>
        <translation>文件或地址…</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>VerdictCard</name>
    <message>
        <source>Come into the picture</source>
        <translation>请进入画面</translation>
    </message>
    <message>
        <source>Nobody in view</source>
        <translation>画面中没有人</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>没有画面</translation>
    </message>
    <message>
        <source>Recognition is waiting</source>
        <translation>识别正在等待</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 人</numerusform>
        </translation>
    </message>
    <message>
        <source>A stranger</source>
        <translation>陌生人</translation>
    </message>
    <message>
        <source>More than one fits</source>
        <translation>不止一人相符</translation>
    </message>
    <message>
        <source>A new face</source>
        <translation>新面孔</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>正在查看</translation>
    </message>
    <message>
        <source>No comparison</source>
        <translation>没有可比对的人</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>“{camera}” was closed.</source>
        <translation>“{camera}”已关闭。</translation>
    </message>
    <message>
        <source>Open it again to see more of it.</source>
        <translation>请重新打开以继续查看。</translation>
    </message>
    <message>
        <source>No camera is called “{camera}”. There are: {known}.</source>
        <translation>没有名为“{camera}”的摄像头。现有：{known}。</translation>
    </message>
    <message>
        <source>No camera is called “{camera}”; none is plugged in.</source>
        <translation>没有名为“{camera}”的摄像头；当前未连接任何摄像头。</translation>
    </message>
    <message>
        <source>“{camera}” fits several cameras: {known}.</source>
        <translation>“{camera}”对应多个摄像头：{known}。</translation>
    </message>
    <message>
        <source>Write more of the name, or use the camera&apos;s number.</source>
        <translation>请输入更完整的名称，或使用摄像头编号。</translation>
    </message>
    <message>
        <source>No video comes from “{camera}”.</source>
        <translation>“{camera}”没有视频信号。</translation>
    </message>
    <message>
        <source>Check the address, user name and password, and whether the camera is on and in the same network.</source>
        <translation>请检查地址、用户名和密码，并确认摄像头已开机且在同一网络中。</translation>
    </message>
    <message>
        <source>There is no picture at: {path}</source>
        <translation>此处没有图片：{path}</translation>
    </message>
    <message>
        <source>This is a folder, not a picture: {path}</source>
        <translation>这是文件夹，不是图片：{path}</translation>
    </message>
    <message>
        <source>This picture file is empty: {path}</source>
        <translation>图片文件为空：{path}</translation>
    </message>
    <message>
        <source>There is no folder or picture at “{camera}”.</source>
        <translation>“{camera}”处没有文件夹或图片。</translation>
    </message>
    <message>
        <source>Check the path, or choose another folder.</source>
        <translation>请检查路径，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>This user may not look into the folder “{camera}”.</source>
        <translation>当前用户无权查看文件夹“{camera}”。</translation>
    </message>
    <message>
        <source>Give this user read access, or choose another folder.</source>
        <translation>请授予读取权限，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>The folder “{camera}” has no pictures.</source>
        <translation>文件夹“{camera}”中没有图片。</translation>
    </message>
    <message>
        <source>None of the pictures in “{camera}” can be read.</source>
        <translation>“{camera}”中的图片均无法读取。</translation>
    </message>
    <message>
        <source>Put JPEG, PNG, WebP, BMP or TIFF files into it.</source>
        <translation>请放入 JPEG、PNG、WebP、BMP 或 TIFF 文件。</translation>
    </message>
    <message>
        <source>A portrait of the demo is missing or damaged: {camera}</source>
        <translation>演示用的肖像缺失或损坏：{camera}</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>请重新安装程序。</translation>
    </message>
    <message>
        <source>No camera was named.</source>
        <translation>未指定摄像头。</translation>
    </message>
    <message>
        <source>“{camera}” is not an address that can be played.</source>
        <translation>“{camera}”不是可播放的地址。</translation>
    </message>
    <message>
        <source>“{camera}” names no host.</source>
        <translation>“{camera}”中没有主机名。</translation>
    </message>
    <message>
        <source>Give a camera&apos;s number or name, a video file, a folder of pictures, an address that starts with rtsp:// or http://, or “demo”.</source>
        <translation>请填写摄像头编号或名称、视频文件、图片文件夹、以 rtsp:// 或 http:// 开头的地址，或“demo”。</translation>
    </message>
    <message>
        <source>There is no file or folder “{camera}”.</source>
        <translation>没有文件或文件夹“{camera}”。</translation>
    </message>
    <message>
        <source>There is no video file at “{camera}”.</source>
        <translation>“{camera}”处没有视频文件。</translation>
    </message>
    <message>
        <source>Check the path, or choose another file.</source>
        <translation>请检查路径，或选择其他文件。</translation>
    </message>
    <message>
        <source>The video file “{camera}” is empty.</source>
        <translation>视频文件“{camera}”为空。</translation>
    </message>
    <message>
        <source>Copy or record it again, or choose another file.</source>
        <translation>请重新复制或录制，或选择其他文件。</translation>
    </message>
    <message>
        <source>“{camera}” cannot be played: it is not a video, or it is damaged or cut short.</source>
        <translation>无法播放“{camera}”：它不是视频，或已损坏、不完整。</translation>
    </message>
    <message>
        <source>Choose an MP4, AVI, MKV or WebM file that other programs can play.</source>
        <translation>请选择其他程序能播放的 MP4、AVI、MKV 或 WebM 文件。</translation>
    </message>
    <message>
        <source>The device “{camera}” is not a camera that gives pictures.</source>
        <translation>设备“{camera}”不是可提供画面的摄像头。</translation>
    </message>
    <message>
        <source>The camera “{camera}” is there but gives no pictures.</source>
        <translation>摄像头“{camera}”已连接，但没有画面。</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or restart the computer.</source>
        <translation>请拔下后重新插入，或重启电脑。</translation>
    </message>
    <message>
        <source>Use 1 to {limit} characters: letters of any script, digits, spaces, emoji.</source>
        <translation>请使用 1 到 {limit} 个字符：任何文字、数字、空格或表情符号。</translation>
    </message>
    <message>
        <source>Nobody called “{name}” is enrolled.</source>
        <translation>没有登记名为“{name}”的人。</translation>
    </message>
    <message>
        <source>See who is enrolled with: facelatch people list</source>
        <translation>查看已登记人员：facelatch people list</translation>
    </message>
    <message>
        <source>“{name}” is enrolled already.</source>
        <translation>“{name}”已登记。</translation>
    </message>
    <message>
        <source>Choose another name, or add these pictures to the person who has it.</source>
        <translation>请换一个姓名，或将这些照片添加到已有的人。</translation>
    </message>
    <message>
        <source>No camera found at “{camera}”.</source>
        <translation>在“{camera}”处找不到摄像头。</translation>
    </message>
    <message>
        <source>Plug one in, choose another one, or use the demo.</source>
        <translation>请连接摄像头、另选一个，或使用演示。</translation>
    </message>
    <message>
        <source>The camera “{camera}” is in use by another program.</source>
        <translation>摄像头“{camera}”正被其他程序占用。</translation>
    </message>
    <message>
        <source>Close the program that uses it, then try again.</source>
        <translation>请关闭占用它的程序，然后重试。</translation>
    </message>
    <message>
        <source>This user may not open the camera “{camera}”.</source>
        <translation>当前用户无权打开摄像头“{camera}”。</translation>
    </message>
    <message>
        <source>On Linux, add the user to the group “video”; elsewhere, allow it in the privacy settings.</source>
        <translation>在 Linux 上，请将用户加入“video”组；在其他系统上，请在隐私设置中允许访问。</translation>
    </message>
    <message>
        <source>The camera “{camera}” stopped sending pictures.</source>
        <translation>摄像头“{camera}”停止发送画面。</translation>
    </message>
    <message>
        <source>Check its cable or network. It is opened again as soon as it is back.</source>
        <translation>请检查线缆或网络。恢复后会自动重新打开。</translation>
    </message>
    <message>
        <source>The camera “{camera}” repeats the same picture.</source>
        <translation>摄像头“{camera}”一直重复同一画面。</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again. It is being opened anew.</source>
        <translation>请拔下后重新插入。程序正在重新打开它。</translation>
    </message>
    <message>
        <source>The camera “{camera}” shows only black.</source>
        <translation>摄像头“{camera}”只有黑屏。</translation>
    </message>
    <message>
        <source>Open its shutter, take off the cover, or turn on a light.</source>
        <translation>请打开镜头盖、取下遮挡物，或开灯。</translation>
    </message>
    <message>
        <source>The model “{model}” is missing.</source>
        <translation>缺少模型“{model}”。</translation>
    </message>
    <message>
        <source>Install the program again; “facelatch models list” shows what it should have.</source>
        <translation>请重新安装程序；“facelatch models list”会列出应有的模型。</translation>
    </message>
    <message>
        <source>The file of the model “{model}” is not the one in the manifest.</source>
        <translation>模型“{model}”的文件与清单不符。</translation>
    </message>
    <message>
        <source>It was damaged or replaced, so it is not used. Install the program again, or enter its own row.</source>
        <translation>文件已损坏或被替换，因此不予使用。请重新安装程序，或在清单中为它添加一项。</translation>
    </message>
    <message>
        <source>The database is locked by another program: {path}</source>
        <translation>数据库被其他程序锁定：{path}</translation>
    </message>
    <message>
        <source>Close the other program (a backup, a database browser), then try again.</source>
        <translation>请关闭其他程序（备份、数据库浏览器），然后重试。</translation>
    </message>
    <message>
        <source>The database is damaged: {path}</source>
        <translation>数据库已损坏：{path}</translation>
    </message>
    <message>
        <source>Nothing was changed. Move the file aside and restore a backup of it.</source>
        <translation>未作任何更改。请移走该文件并恢复备份。</translation>
    </message>
    <message>
        <source>There is no room left on the disk for: {path}</source>
        <translation>磁盘空间不足：{path}</translation>
    </message>
    <message>
        <source>Free some space, then try again. What was saved before is safe.</source>
        <translation>请释放空间后重试。此前保存的内容完好。</translation>
    </message>
    <message>
        <source>The database cannot be written: {path}</source>
        <translation>数据库无法写入：{path}</translation>
    </message>
    <message>
        <source>Give this user write access, or choose another place with FACELATCH_DATA_DIR.</source>
        <translation>请授予写入权限，或用 FACELATCH_DATA_DIR 另选位置。</translation>
    </message>
    <message>
        <source>This is a database of another program: {path}</source>
        <translation>这是其他程序的数据库：{path}</translation>
    </message>
    <message>
        <source>Nothing was changed. Choose another data directory with FACELATCH_DATA_DIR.</source>
        <translation>未作任何更改。请用 FACELATCH_DATA_DIR 另选数据目录。</translation>
    </message>
    <message>
        <source>The database was made by a newer version of Facelatch: {path}</source>
        <translation>该数据库由更新版本的 Facelatch 创建：{path}</translation>
    </message>
    <message>
        <source>Nothing was changed. Update Facelatch, then open it again.</source>
        <translation>未作任何更改。请更新 Facelatch 后再打开。</translation>
    </message>
    <message>
        <source>This picture cannot be read: {path}</source>
        <translation>无法读取此图片：{path}</translation>
    </message>
    <message>
        <source>Use a JPEG, PNG, WebP, BMP or TIFF file that other programs can open.</source>
        <translation>请使用其他程序能打开的 JPEG、PNG、WebP、BMP 或 TIFF 文件。</translation>
    </message>
    <message>
        <source>This picture is too large ({width} × {height}): {path}</source>
        <translation>图片过大（{width} × {height}）：{path}</translation>
    </message>
    <message>
        <source>Scale it down to at most {limit} million pixels.</source>
        <translation>请缩小到不超过 {limit} 百万像素。</translation>
    </message>
    <message>
        <source>No face was found in: {path}</source>
        <translation>未找到人脸：{path}</translation>
    </message>
    <message>
        <source>Use a picture where the face is upright, sharp and at least 60 pixels wide.</source>
        <translation>请使用人脸端正、清晰且至少 60 像素宽的图片。</translation>
    </message>
    <message>
        <source>{count} faces were found where one is needed: {path}</source>
        <translation>需要一张人脸，却找到 {count} 张：{path}</translation>
    </message>
    <message>
        <source>Cut the picture down to the one person meant.</source>
        <translation>请将图片裁剪到只剩所需的人。</translation>
    </message>
    <message>
        <source>The face cannot be used ({reasons}): {path}</source>
        <translation>人脸无法使用（{reasons}）：{path}</translation>
    </message>
    <message>
        <source>Use a picture that is lit evenly, sharp, and looks at the camera.</source>
        <translation>请使用光线均匀、清晰且正对镜头的图片。</translation>
    </message>
    <message>
        <source>There is no display to open a window on.</source>
        <translation>没有可用于打开窗口的显示器。</translation>
    </message>
    <message>
        <source>Start it from a desktop session, or run: facelatch demo --headless</source>
        <translation>请在桌面会话中启动，或运行：facelatch demo --headless</translation>
    </message>
    <message>
        <source>Facelatch made a mistake: {problem}</source>
        <translation>Facelatch 出错了：{problem}</translation>
    </message>
    <message>
        <source>Please report it with the log: {log}</source>
        <translation>请附上日志进行反馈：{log}</translation>
    </message>
    <message>
        <source>the environment</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>The settings cannot be saved: {path} ({reason})</source>
        <translation>无法保存设置：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Give this user write access to the directory, or correct the file.</source>
        <translation>请授予当前用户对该目录的写入权限，或更正该文件。</translation>
    </message>
    <message>
        <source>The defaults are used. Your file is kept as: {kept}</source>
        <translation>已使用默认值。原文件保留为：{kept}</translation>
    </message>
    <message>
        <source>A setting cannot be used in {where}: {reason}</source>
        <translation>{where} 中有无法使用的设置：{reason}</translation>
    </message>
    <message>
        <source>Correct the value; the README lists what each setting takes.</source>
        <translation>请更正该值；README 列出了每项设置的取值。</translation>
    </message>
    <message>
        <source>Too few good pictures came from “{path}” ({reasons}). Nothing was stored.</source>
        <translation>“{path}”的合格照片太少（{reasons}）。未保存任何内容。</translation>
    </message>
    <message>
        <source>Look straight at the camera, alone, in even light.</source>
        <translation>请独自正对摄像头，保持光线均匀。</translation>
    </message>
    <message>
        <source>No face could be judged at “{camera}”.</source>
        <translation>“{camera}”处没有可判断的人脸。</translation>
    </message>
    <message>
        <source>Nothing can be written to {path} ({reason}).</source>
        <translation>无法写入 {path}（{reason}）。</translation>
    </message>
    <message>
        <source>Give this user write access, or set FACELATCH_DATA_DIR.</source>
        <translation>请授予写入权限，或设置 FACELATCH_DATA_DIR。</translation>
    </message>
    <message>
        <source>There are no pictures to enrol from.</source>
        <translation>没有可用于登记的图片。</translation>
    </message>
    <message>
        <source>Name a folder with JPEG, PNG, WebP, BMP or TIFF files.</source>
        <translation>请指定含有 JPEG、PNG、WebP、BMP 或 TIFF 文件的文件夹。</translation>
    </message>
    <message>
        <source>None of the {count} pictures can be used. The first: {first}</source>
        <translation>{count} 张图片均无法使用。第一张：{first}</translation>
    </message>
    <message>
        <source>Use pictures that are lit evenly, sharp, and look at the camera.</source>
        <translation>请使用光线均匀、清晰且正对镜头的图片。</translation>
    </message>
    <message>
        <source>All pairs are of one kind, so that nothing can be measured.</source>
        <translation>所有图片对都属于同一类，无法测量。</translation>
    </message>
    <message>
        <source>Give pairs of the same and of different people.</source>
        <translation>请同时提供同一人和不同人的图片对。</translation>
    </message>
    <message>
        <source>Fewer than two people were found in: {path}</source>
        <translation>找到的人不足两个：{path}</translation>
    </message>
    <message>
        <source>Give a folder that holds a folder of pictures for each person.</source>
        <translation>请指定一个文件夹，其中每人有一个图片文件夹。</translation>
    </message>
    <message>
        <source>“{name}” has no template of the model in use.</source>
        <translation>“{name}”没有当前模型的模板。</translation>
    </message>
    <message>
        <source>Enrol the person again.</source>
        <translation>请重新登记此人。</translation>
    </message>
    <message>
        <source>The list of pairs cannot be read: {path} ({reason})</source>
        <translation>无法读取图片对列表：{path}（{reason}）</translation>
    </message>
    <message>
        <source>The list of pairs is empty: {path}</source>
        <translation>图片对列表为空：{path}</translation>
    </message>
    <message>
        <source>The list of aliases cannot be used: {path} ({reason})</source>
        <translation>无法使用别名列表：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Each line needs two names with a tab between them.</source>
        <translation>每行需要两个名称，以制表符分隔。</translation>
    </message>
    <message>
        <source>Line {number} is not a pair: {path}</source>
        <translation>第 {number} 行不是图片对：{path}</translation>
    </message>
    <message>
        <source>Use lines like “a.jpg⇥b.jpg⇥1”, or those of LFW&apos;s pairs.txt.</source>
        <translation>请使用“a.jpg⇥b.jpg⇥1”这样的行，或 LFW 的 pairs.txt 格式。</translation>
    </message>
    <message>
        <source>The database cannot be used ({reason}): {path}</source>
        <translation>无法使用数据库（{reason}）：{path}</translation>
    </message>
    <message>
        <source>Choose a directory on a local disk with FACELATCH_DATA_DIR.</source>
        <translation>请用 FACELATCH_DATA_DIR 选择本地磁盘上的目录。</translation>
    </message>
    <message>
        <source>Something that is not a file stands where the database belongs: {path}</source>
        <translation>数据库的位置上不是文件：{path}</translation>
    </message>
    <message>
        <source>The name is empty.</source>
        <translation>姓名为空。</translation>
    </message>
    <message>
        <source>The name is too long: {length} characters.</source>
        <translation>姓名过长：{length} 个字符。</translation>
    </message>
    <message>
        <source>The name has a character that cannot be shown: {character}</source>
        <translation>姓名中有无法显示的字符：{character}</translation>
    </message>
    <message>
        <source>The picture cannot be written: {path}</source>
        <translation>无法写入图片：{path}</translation>
    </message>
    <message>
        <source>Name a file in a directory that exists and can be written.</source>
        <translation>请指定一个存在且可写的目录中的文件。</translation>
    </message>
    <message>
        <source>The model “{model}” does not fit its row in the manifest.</source>
        <translation>模型“{model}”与清单中的说明不符。</translation>
    </message>
    <message>
        <source>It takes and gives {found}; the row says {wanted}.</source>
        <translation>实际输入输出为 {found}；清单中为 {wanted}。</translation>
    </message>
    <message>
        <source>The model “{model}” cannot be run: {reason}</source>
        <translation>模型“{model}”无法运行：{reason}</translation>
    </message>
    <message>
        <source>Check that it is an ONNX file that fits its row in the manifest.</source>
        <translation>请确认它是与清单相符的 ONNX 文件。</translation>
    </message>
    <message>
        <source>The list of models cannot be used: {path} ({reason})</source>
        <translation>无法使用模型清单：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Correct the file, or install the program again.</source>
        <translation>请更正该文件，或重新安装程序。</translation>
    </message>
</context>
<context>
    <name>situation</name>
    <message>
        <source>Nothing is being recognised at the moment.</source>
        <translation>目前没有进行识别。</translation>
    </message>
    <message>
        <source>The recognition has stopped.</source>
        <translation>识别已停止。</translation>
    </message>
    <message>
        <source>Loading the models</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>This takes a few seconds when the program starts.</source>
        <translation>程序启动时需要几秒钟。</translation>
    </message>
    <message>
        <source>Opening {camera}</source>
        <translation>正在打开 {camera}</translation>
    </message>
    <message>
        <source>A webcam needs a second or two; a network camera, sometimes ten.</source>
        <translation>网络摄像头有时需要十秒，USB 摄像头只需一两秒。</translation>
    </message>
    <message>
        <source>That was the last picture</source>
        <translation>已播放完毕</translation>
    </message>
    <message>
        <source>“{name}” has been shown to its end.</source>
        <translation>“{name}”已放映到结尾。</translation>
    </message>
    <message>
        <source>Show it again, or choose something else to watch.</source>
        <translation>可以重新播放，或选择其他来源。</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>The camera is switched off.</source>
        <translation>摄像头已关闭。</translation>
    </message>
    <message>
        <source>Nobody is being watched until you continue.</source>
        <translation>继续之前不会拍摄任何人。</translation>
    </message>
    <message>
        <source>It is not being tried again.</source>
        <translation>不会再次尝试。</translation>
    </message>
    <message>
        <source>Waiting for the next picture.</source>
        <translation>正在等待下一帧画面。</translation>
    </message>
    <message>
        <source>the demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>camera {number}</source>
        <translation>摄像头 {number}</translation>
    </message>
</context>
<context>
    <name>texts</name>
    <message>
        <source>Too dark: turn on a light or face the window</source>
        <translation>太暗：请开灯或面向窗户</translation>
    </message>
    <message>
        <source>Too bright: turn away from the light</source>
        <translation>太亮：请避开强光</translation>
    </message>
    <message>
        <source>Move a little closer</source>
        <translation>请再靠近一点</translation>
    </message>
    <message>
        <source>Move into the picture</source>
        <translation>请移到画面中</translation>
    </message>
    <message>
        <source>Look at the camera</source>
        <translation>请看向摄像头</translation>
    </message>
    <message>
        <source>Open your eyes</source>
        <translation>请睁开眼睛</translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation>请保持不动</translation>
    </message>
    <message>
        <source>Come into the picture</source>
        <translation>请进入画面</translation>
    </message>
    <message>
        <source>One person at a time, please</source>
        <translation>请一次只来一个人</translation>
    </message>
    <message>
        <source>This looks like someone else</source>
        <translation>看起来是另一个人</translation>
    </message>
    <message>
        <source>Good. Turn your head a little</source>
        <translation>很好，请稍微转动头部</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>正在核对</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>匹配</translation>
    </message>
    <message>
        <source>Not recognised</source>
        <translation>未识别</translation>
    </message>
    <message>
        <source>Not clear who</source>
        <translation>无法确定是谁</translation>
    </message>
    <message>
        <source>Nobody is enrolled</source>
        <translation>没有已登记的人</translation>
    </message>
    <message>
        <source>Cannot judge</source>
        <translation>无法判断</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>采集</translation>
    </message>
    <message>
        <source>Detect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>Embed</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比对</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总计</translation>
    </message>
    <message>
        <source>Relaxed: 1 stranger in {count}</source>
        <translation>宽松：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Strict: 1 stranger in {count}</source>
        <translation>严格：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Stricter: 1 stranger in {count}</source>
        <translation>更严格：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Strictest: 1 stranger in {count}</source>
        <translation>最严格：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>That took too long</source>
        <translation>用时过长</translation>
    </message>
    <message>
        <source>Fewer than 1 in {count} strangers would reach this</source>
        <translation>每 {count} 个陌生人中不到 1 个能达到</translation>
    </message>
    <message>
        <source>Most strangers would reach this</source>
        <translation>大多数陌生人都能达到</translation>
    </message>
    <message>
        <source>About 1 in {count} strangers would reach this</source>
        <translation>每 {count} 个陌生人中约有 1 个能达到</translation>
    </message>
    <message>
        <source>Similarity {value}, needs {threshold}</source>
        <translation>相似度 {value}，需要 {threshold}</translation>
    </message>
</context>
</TS>
